"""A workbench on disk: what artifacts tell of each node, of however many, in the memory of one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from harvest.connectors.base import Remembered

# Parts: node (also sources), test, exposure: of the manifest, which tells them whole. Others come from several commands
# and a newer one replaces an older one node by node: compiled (code), catalog, result, freshness.
WHOLE = ("project", "node", "test", "exposure")

_TABLES = """
    CREATE TABLE item (part TEXT, key TEXT, at TEXT, value TEXT, changed INTEGER, seen INTEGER,
        PRIMARY KEY (part, key)) WITHOUT ROWID;
    CREATE TABLE about (part TEXT, node TEXT, key TEXT, PRIMARY KEY (part, node, key)) WITHOUT ROWID;
"""
_PUT = """
    INSERT INTO item VALUES (?, ?, ?, ?, 1, 1)
    ON CONFLICT (part, key) DO UPDATE SET
        changed = changed OR value <> excluded.value, seen = 1, at = excluded.at, value = excluded.value
    WHERE at <= excluded.at
"""


class Bench:
    """Items by part and key, newest first; use it as a context manager, for the file behind it."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)  # a temporary file, removed when closed
        self._db.executescript(_TABLES)
        self._db.execute("BEGIN")

    def close(self) -> None:
        self._db.close()

    def recall(self, items: Iterable[Remembered]) -> None:
        """Take what is known from before."""
        rows = ((item.part, item.key, item.at, _text(item.value)) for item in items)
        self._db.executemany("INSERT INTO item VALUES (?, ?, ?, ?, 0, 0)", rows)

    def put(self, part: str, key: str, at: str, value: Any) -> None:
        """Take what an artifact written at `at` tells, unless a later one told something else."""
        self._db.execute(_PUT, (part, key, at, _text(value)))

    def changed(self) -> Iterator[Remembered]:
        """What differs from what was recalled; a value of None is no longer there."""
        for part, key, at, value in self._db.execute("SELECT part, key, at, value FROM item WHERE changed"):
            yield Remembered(part, key, at, json.loads(value))

    def drop_unseen(self) -> None:
        """Forget what a manifest that was put whole no longer tells."""
        marks = ", ".join("?" * len(WHOLE))
        self._db.execute(
            f"UPDATE item SET value = 'null', changed = 1 WHERE part IN ({marks}) AND NOT seen",  # noqa: S608
            WHOLE,
        )

    def get(self, part: str, key: str) -> Any:
        """The value, or None."""
        row = self._db.execute("SELECT value FROM item WHERE part = ? AND key = ?", (part, key)).fetchone()
        return json.loads(row[0]) if row else None

    def all(self, part: str) -> Iterator[tuple[str, Any]]:
        """Every key and value of a part, by key."""
        rows = self._db.execute("SELECT key, value FROM item WHERE part = ? AND value <> 'null' ORDER BY key", (part,))
        for key, value in rows:
            yield key, json.loads(value)

    def link(self, part: str, node: str, key: str) -> None:
        """Note that an item of `part` is about a node."""
        self._db.execute("INSERT OR IGNORE INTO about VALUES (?, ?, ?)", (part, node, key))

    def about(self, part: str, node: str) -> list[tuple[str, Any]]:
        """The items of a part that are about a node."""
        rows = self._db.execute(
            "SELECT i.key, i.value FROM about a CROSS JOIN item i"  # in this order, or every item would be looked at
            " WHERE a.part = ? AND a.node = ? AND i.part = a.part AND i.key = a.key ORDER BY a.key",
            (part, node),
        ).fetchall()
        return [(key, json.loads(value)) for key, value in rows]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
