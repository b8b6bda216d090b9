"""Entries as a file, written while they are read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from core.paging import keyset_page
from core.spreadsheets import csv_lines
from permissions.audit.actions import labels
from permissions.audit.searching import ORDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from permissions.models import AuditEntry

AT_ONCE = 1_000
COLUMNS = (
    "sequence", "at", "action", "actor_id", "actor_name", "thing_kind", "thing_id", "thing_name", "before", "after",
    "note", "address", "request_id", "token_id", "token_name", "id", "digest", "hash",
)  # fmt: skip


def told(entry: AuditEntry) -> dict[str, Any]:
    """Return an entry as programs read it."""
    plain = {name: getattr(entry, name) for name in COLUMNS}
    return plain | {"at": entry.at.isoformat(), "id": str(entry.id), "label": labels().get(entry.action, "")}


def as_json_lines(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    """Yield one JSON object a line, the latest first."""
    for entry in _all(entries):
        yield f"{json.dumps(told(entry), ensure_ascii=False)}\n"


def as_csv(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    """Yield a table with a heading, the latest first."""
    return csv_lines(_rows(entries))


def _rows(entries: QuerySet[AuditEntry]) -> Iterator[list[Any]]:
    yield list(COLUMNS)
    for entry in _all(entries):
        known = told(entry)
        whole = {name: _json(known[name]) for name in ("before", "after")}
        yield [(known | whole)[name] for name in COLUMNS]


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _all(entries: QuerySet[AuditEntry]) -> Iterator[AuditEntry]:
    """Page by page: a cursor of the database would keep all of it at once."""
    cursor: str | None = None
    while True:
        page = keyset_page(entries, order=ORDER, cursor=cursor, size=AT_ONCE)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return
