"""How much depends on something in all, and how much it comes from: exact, also where a walk would take too long.

The open edges are held in arrays (`lineage.adjacency`), one set for each direction and process, made when it is first
asked for. Each answer first takes up what was committed since: triggers keep which pairs of nodes changed in
`lineage_edgechange`, with the transaction, and a change is new where the snapshot of the last look did not see its
transaction. So an answer is as true as a query would be. What the viewer may not read is asked of the database each
time.
"""

from __future__ import annotations

import struct
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connection

from catalog.models import Dataset
from lineage.adjacency import Adjacency, Reach
from lineage.closures import DEEPEST, Direction, among
from lineage.models import Node
from permissions.access import denials_of
from permissions.levels import Level
from permissions.querysets import predicate

if TYPE_CHECKING:
    from permissions.access import Viewer

KEPT_SECONDS = 6 * 3_600  # changes are kept four times as long
FEW = 20_000  # nodes that are asked about one by one; of more, everything that is closed
MOST_LAID_OVER = 20_000  # pairs, from which on the arrays are made anew

_ENDS = {Direction.UP: ("downstream_id", "upstream_id"), Direction.DOWN: ("upstream_id", "downstream_id")}
_PAIRS = """
    COPY (SELECT DISTINCT {here}, {there} FROM lineage_edge WHERE closed_at IS NULL ORDER BY {here}, {there})
    TO STDOUT (FORMAT binary)
"""
_SNAPSHOT = "SELECT pg_current_snapshot()::text, pg_current_xact_id_if_assigned() IS NOT NULL"
_CHANGED = """
    SELECT DISTINCT upstream, downstream FROM lineage_edgechange
    WHERE xid >= pg_snapshot_xmin(%(seen)s::pg_snapshot) AND NOT pg_visible_in_snapshot(xid, %(seen)s::pg_snapshot)
    LIMIT %(most)s
"""
_NOW = """
    SELECT t.up, t.down, EXISTS (SELECT FROM lineage_edge e
        WHERE e.upstream_id = t.up AND e.downstream_id = t.down AND e.closed_at IS NULL)
    FROM unnest(%s::bigint[], %s::bigint[]) AS t (up, down)
"""
_FORGET = "DELETE FROM lineage_edgechange WHERE at < now() - interval '1 day'"
_HEADER = len(b"PGCOPY\n\xff\r\n\0") + 8
_ROW = np.dtype([("columns", ">i2"), ("l1", ">i4"), ("here", ">i8"), ("l2", ">i4"), ("there", ">i8")])


@dataclass
class _Held:
    """Arrays, and the snapshot up to which they are true."""

    database: str
    arrays: Adjacency
    seen: str
    made_at: float


class _Shelf:
    """What this process holds, by direction; one thread at a time makes or mends it."""

    def __init__(self) -> None:
        self.held: dict[Direction, _Held] = {}
        self.lock = threading.Lock()


_shelf = _Shelf()


def reach(viewer: Viewer, start: int, direction: Direction, *, depth: int = DEEPEST) -> Reach:
    """Return how many nodes lie on one side of the node `start`, that the viewer may read over such as they may read.

    `start` is known to be open to the viewer. The first answer of a process takes seconds where there are millions of
    edges; `lineage.closures.walk` gives a bound at once.
    """
    with _shelf.lock:  # to the end: what others put in meanwhile was not asked about
        arrays = _arrays(direction)
        around = arrays.around(start, FEW + 1)
        closed = _closed_to(viewer) if len(around) > FEW else _closed_among(viewer, around)
        return arrays.reach(start, closed, depth)


def _closed_among(viewer: Viewer, nodes: list[int]) -> list[int]:
    if not nodes or denials_of(viewer).empty:
        return []
    readable = Node.objects.readable_by(viewer).filter(among(nodes)).order_by()
    return sorted(set(nodes).difference(readable.values_list("pk", flat=True)))


def _closed_to(viewer: Viewer) -> list[int]:
    """The nodes that the viewer may not read. By two queries, for each has an index."""
    denials = denials_of(viewer)
    if denials.empty:
        return []
    datasets = Dataset.objects.closed_to(viewer, Level.READ).order_by().values("pk")
    own = Node.objects.exclude(predicate(denials, Level.READ, ["labels"]))
    return list(Node.objects.filter(dataset__in=datasets).union(own.order_by(), all=True).values_list("pk", flat=True))


def _arrays(direction: Direction) -> Adjacency:
    """The arrays as they are now. What this transaction wrote may yet be rolled back: then, for this answer alone."""
    seen, writes = _snapshot()  # before anything is read: what is committed in between is looked at once more
    if writes:
        return Adjacency(*_pairs(direction))
    name = str(connection.settings_dict["NAME"])
    held = _shelf.held.get(direction)
    fresh = held is not None and held.database == name and time.monotonic() - held.made_at < KEPT_SECONDS
    if held is None or not fresh or not _follow(held.arrays, held.seen, direction):
        held = _shelf.held[direction] = _Held(name, Adjacency(*_pairs(direction)), seen, time.monotonic())
    held.seen = seen
    return held.arrays


def _follow(arrays: Adjacency, seen: str, direction: Direction) -> bool:
    """Take up what changed since the snapshot `seen`; returns whether it was little enough."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"seen": seen, "most": MOST_LAID_OVER})
        changed = cursor.fetchall()
        if (None, None) in changed or len(changed) + arrays.laid_over >= MOST_LAID_OVER:
            return False
        cursor.execute(_NOW, [[up for up, _ in changed], [down for _, down in changed]])
        for up, down, is_there in cursor.fetchall():
            here, there = (up, down) if direction == Direction.DOWN else (down, up)
            arrays.put(here, there, is_there=is_there)
    return True


def _snapshot() -> tuple[str, bool]:
    with connection.cursor() as cursor:
        cursor.execute(_SNAPSHOT)
        row: tuple[str, bool] = cursor.fetchone()
        return row


class _Rows:
    """Takes what COPY writes in its binary format (PostgreSQL's documentation of COPY), two bigints a row."""

    def __init__(self) -> None:
        self.rest = b""
        self.begun = False
        self.parts: list[Any] = []

    def write(self, chunk: bytes) -> int:
        data = self.rest + chunk
        if not self.begun and len(data) >= _HEADER:
            data, self.begun = data[_HEADER:], True
        rows = len(data) // _ROW.itemsize if self.begun else 0
        if rows:
            told = np.frombuffer(data, dtype=_ROW, count=rows)
            self.parts.append(np.stack([told["here"], told["there"]]).astype(np.int64))
        self.rest = data[rows * _ROW.itemsize :]
        return len(chunk)

    def pairs(self) -> Any:
        if self.rest != struct.pack(">h", -1):
            raise ValueError("COPY ended amid a row")
        return np.concatenate([np.empty((2, 0), dtype=np.int64), *self.parts], axis=1)


def _pairs(direction: Direction) -> Any:
    here, there = _ENDS[direction]
    rows = _Rows()
    with connection.cursor() as cursor:
        cursor.copy_expert(_PAIRS.format(here=here, there=there), rows, size=1 << 20)
    return rows.pairs()


def forget_changes() -> int:
    """Remove what no process asks for any more; returns how many rows."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)
        return int(cursor.rowcount)
