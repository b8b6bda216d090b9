"""What a dataset comes from and what depends on it, as far as one person may know, ring by ring.

Each ring is one look at an index with all of its nodes at once; a ring never begins after `Bounds` are reached. A
dataset that is hidden from the person is not there, and nothing is found through it; one that is only closed ends the
way, and is told as a stub. Cycles end where a node was seen before.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models import Case, Q, When
from django.db.models.expressions import RawSQL

from core.statements import Statement, one_of
from lineage.models import Node
from permissions.access import denials_of
from permissions.levels import Level
from permissions.querysets import predicate

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from permissions.access import Viewer

DEEPEST = 50
MOST_BEYOND = 2_000  # edges looked at behind the bounds
LOOKED_AT = 64  # nodes asked about together, at least


class Direction(StrEnum):
    UP = "upstream"
    DOWN = "downstream"


class Bounds(NamedTuple):
    """How far to look: rings, nodes and seconds, whichever is reached first."""

    depth: int = DEEPEST
    nodes: int = 1_000
    seconds: float = 5.0


@dataclass
class Walk:
    """What was found: each node's ring, from 0 for the start, and from which node it was first reached.

    `restricted` are nodes the person may know of and not read. `whole` is false where bounds ended it: then there may
    be more than was found.
    """

    rings: dict[int, int] = field(default_factory=dict)
    parents: dict[int, int] = field(default_factory=dict)
    restricted: dict[int, int] = field(default_factory=dict)
    whole: bool = True

    @property
    def depth(self) -> int:
        """How many rings there are around the start."""
        return max(self.rings.values(), default=0)


_OPEN = "e.closed_at IS NULL"
_AS_OF = "e.first_seen_at <= %(moment)s AND (e.closed_at IS NULL OR e.closed_at > %(moment)s)"
_RING = """
    SELECT e.{there}, e.{here} FROM lineage_edge e WHERE e.{here} = ANY(%(frontier)s) AND {when} LIMIT %(most)s
"""
_SIDES = {Direction.UP: ("downstream_id", "upstream_id"), Direction.DOWN: ("upstream_id", "downstream_id")}


def walk(
    viewer: Viewer | None, start: Collection[int], direction: Direction, bounds: Bounds, *, at: datetime | None = None
) -> Walk:
    """Return what lies upstream or downstream of the nodes `start`, which the viewer is known to be able to read.

    Without a viewer the whole graph is walked: for the catalog's own questions, whose answers nobody is shown.
    """
    end = time.monotonic() + bounds.seconds
    found, gate = Walk(rings=dict.fromkeys(start, 0)), _Gate(viewer)
    frontier = list(start)
    for ring in range(1, bounds.depth + 1):
        room = bounds.nodes - len(found.rings)
        if not frontier or room <= 0:
            break
        if time.monotonic() > end:
            found.whole = False
            return found
        frontier = _next_ring(gate, found, frontier, direction, (ring, room, at))
    found.whole = found.whole and not (frontier and _goes_on(gate, found, frontier, direction, at))
    return found


def _goes_on(gate: _Gate, found: Walk, frontier: list[int], direction: Direction, at: datetime | None) -> bool:
    """Whether there is more further on that the viewer may know of: what is hidden is not there at the end either."""
    reached = _next(frontier, direction, at, MOST_BEYOND)
    fresh = {there for there, _ in reached} - found.rings.keys() - found.restricted.keys()
    return len(reached) == MOST_BEYOND or any(gate.split(sorted(fresh), room=0))


def _next_ring(
    gate: _Gate,
    found: Walk,
    frontier: list[int],
    direction: Direction,
    step: tuple[int, int, datetime | None],
) -> list[int]:
    ring, room, at = step
    most = 4 * (room + len(found.rings) + len(found.restricted)) + 100  # several edges lead to what was seen before
    reached = _next(frontier, direction, at, most)
    fresh: dict[int, int] = {}
    for there, here in reached:
        if there not in found.rings and there not in found.restricted:
            fresh.setdefault(there, here)
    readable, closed = gate.split(sorted(fresh), room)
    found.restricted |= dict.fromkeys(closed, ring)
    found.whole = found.whole and len(reached) < most and len(readable) <= room
    taken = readable[:room]
    found.rings |= dict.fromkeys(taken, ring)
    found.parents |= {there: fresh[there] for there in (*taken, *closed)}
    return taken


def _next(frontier: list[int], direction: Direction, at: datetime | None, most: int) -> list[tuple[int, int]]:
    here, there = _SIDES[direction]
    statement = _RING.format(here=here, there=there, when=_AS_OF if at else _OPEN)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"frontier": frontier, "moment": at, "most": most})
        return list(cursor.fetchall())


class _Gate:
    """Which nodes somebody may know of, and which they may read of. Its statement is written once, for a walk asks it
    at every ring."""

    def __init__(self, viewer: Viewer | None) -> None:
        self._statement: Statement[tuple[int, bool]] | None = None
        if viewer is not None and denials_of(viewer).at(Level.READ):
            readable = predicate(denials_of(viewer), Level.READ, Node.label_paths)
            nodes = Node.objects.visible_to(viewer).filter(one_of("pk", "ids")).order_by()
            told = nodes.annotate(open=Case(When(readable, then=True), default=False)).values_list("pk", "open")
            self._statement = Statement(lambda: told)

    def split(self, ids: list[int], room: int) -> tuple[list[int], list[int]]:
        """Those that may be read of, and those that may only be known of; not many more are looked at than there is
        room for."""
        if self._statement is None:
            return ids, []
        readable: list[int] = []
        closed: list[int] = []
        step = max(LOOKED_AT, room + room // 4)
        for start in range(0, len(ids), step):
            for pk, is_open in sorted(self._statement.run(ids=ids[start : start + step])):
                (readable if is_open else closed).append(pk)
            if len(readable) > room:
                break
        return readable, closed


def among(ids: Collection[int]) -> Q:
    """The condition on nodes: one of these, as a single parameter however many there are."""
    return Q(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [list(ids)]))


def path_between(
    viewer: Viewer, start: int, end: int, bounds: Bounds, *, at: datetime | None = None
) -> list[int] | None:
    """Return the nodes of a shortest way from `start` down to `end`, both with; None where there is none in bounds."""
    found = walk(viewer, [start], Direction.DOWN, bounds, at=at)
    if end not in found.rings:
        return None
    way = [end]
    while way[-1] != start:
        way.append(found.parents[way[-1]])
    return way[::-1]


_EDGES = """
    SELECT e.id, e.upstream_id, e.downstream_id, e.origin, e.job_id,
        EXISTS (SELECT FROM lineage_fieldedge f WHERE f.edge_id = e.id)
    FROM unnest(%(nodes)s::bigint[]) AS n (id)
    CROSS JOIN LATERAL (  -- from downstream: few read from thousands; + 0, or each pair is looked up by itself
        SELECT * FROM lineage_edge e
        WHERE e.downstream_id = n.id AND e.upstream_id + 0 = ANY(%(nodes)s) AND {when} LIMIT 1000
    ) AS e
    ORDER BY e.id LIMIT %(most)s
"""


class Line(NamedTuple):
    """One edge between nodes that are shown."""

    id: int
    upstream: int
    downstream: int
    origin: str
    job: int | None
    has_fields: bool


def edges_among(nodes: Collection[int], *, at: datetime | None = None, most: int = 5_000) -> list[Line]:
    """Return the edges between these nodes, all of which the viewer may read or knows as stubs."""
    with connection.cursor() as cursor:
        cursor.execute(_EDGES.format(when=_AS_OF if at else _OPEN), {"nodes": list(nodes), "moment": at, "most": most})
        return [Line(*row) for row in cursor.fetchall()]


class Beyond(NamedTuple):
    """How many neighbours of a node are not shown, and whether there may be more."""

    number: int
    more: bool


def beyond(
    viewer: Viewer, nodes: Collection[int], shown: Collection[int], direction: Direction, *, at: datetime | None = None
) -> dict[int, Beyond]:
    """Return for those of `nodes` that have readable neighbours on one side which are not `shown`, how many."""
    reached = _next(list(nodes), direction, at, MOST_BEYOND)
    hidden = {there for there, _ in reached} - set(shown)
    readable = set(_Gate(viewer).split(sorted(hidden), len(hidden))[0])
    counts = Counter(here for there, here in set(reached) if there in readable)
    return {here: Beyond(count, len(reached) == MOST_BEYOND) for here, count in counts.items()}
