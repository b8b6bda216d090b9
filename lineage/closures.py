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
    from collections.abc import Collection, Iterable, Mapping
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
_RING = """(
    SELECT '{way}', e.{there}, e.{here} FROM lineage_edge e
    WHERE e.{here} = ANY(%({way})s) AND {when} LIMIT %({way}_most)s
)"""
_SIDES = {Direction.UP: ("downstream_id", "upstream_id"), Direction.DOWN: ("upstream_id", "downstream_id")}
Steps = list[tuple[int, int]]  # the node that each leads to, and the one it leads from


def walk(
    viewer: Viewer | None, start: Collection[int], direction: Direction, bounds: Bounds, *, at: datetime | None = None
) -> Walk:
    """Return what lies upstream or downstream of the nodes `start`, which the viewer is known to be able to read.

    Without a viewer the whole graph is walked: for the catalog's own questions, whose answers nobody is shown.
    """
    return walks(viewer, start, [direction], bounds, at=at)[direction]


def walks(
    viewer: Viewer | None,
    start: Collection[int],
    directions: Iterable[Direction],
    bounds: Bounds,
    *,
    at: datetime | None = None,
) -> dict[Direction, Walk]:
    """The same in several directions abreast, each within as many rings and nodes, all within as many seconds."""
    end, gate = time.monotonic() + bounds.seconds, _Gate(viewer)
    found = {way: Walk(rings=dict.fromkeys(start, 0)) for way in directions}
    frontiers = {way: list(start) for way in found}
    for ring in range(1, bounds.depth + 1):
        rooms = {way: bounds.nodes - len(one.rings) for way, one in found.items()}
        going = {way: frontier for way, frontier in frontiers.items() if frontier and rooms[way] > 0}
        if not going:
            break
        if time.monotonic() > end:
            for way in going:
                found[way].whole = False
            break
        # several edges lead to what was seen before
        most = {way: 4 * (rooms[way] + len(found[way].rings) + len(found[way].restricted)) + 100 for way in going}
        for way, reached in _next(going, at, most).items():
            found[way].whole = found[way].whole and len(reached) < most[way]
            frontiers[way] = _take_ring(gate, found[way], reached, ring, rooms[way])
    _look_on(gate, found, frontiers, at)
    return found


def _look_on(
    gate: _Gate, found: Mapping[Direction, Walk], frontiers: Mapping[Direction, list[int]], at: datetime | None
) -> None:
    """Tell where more lies further on that the viewer may know of: what is hidden is not there at the end either."""
    ends = {way: frontier for way, frontier in frontiers.items() if frontier and found[way].whole}
    for way, reached in _next(ends, at, dict.fromkeys(ends, MOST_BEYOND)).items():
        fresh = {there for there, _ in reached} - found[way].rings.keys() - found[way].restricted.keys()
        found[way].whole = len(reached) < MOST_BEYOND and not any(gate.split(sorted(fresh), room=0))


def _take_ring(gate: _Gate, found: Walk, reached: Steps, ring: int, room: int) -> list[int]:
    fresh: dict[int, int] = {}
    for there, here in reached:
        if there not in found.rings and there not in found.restricted:
            fresh.setdefault(there, here)
    readable, closed = gate.split(sorted(fresh), room)
    found.restricted |= dict.fromkeys(closed, ring)
    found.whole = found.whole and len(readable) <= room
    taken = readable[:room]
    found.rings |= dict.fromkeys(taken, ring)
    found.parents |= {there: fresh[there] for there in (*taken, *closed)}
    return taken


def _next(
    frontiers: Mapping[Direction, Collection[int]], at: datetime | None, most: Mapping[Direction, int]
) -> dict[Direction, Steps]:
    """One step from each frontier in its direction, at most so many in each; one query."""
    found: dict[Direction, Steps] = {way: [] for way in frontiers}
    if not found:
        return found
    when = _AS_OF if at else _OPEN
    sides = (_RING.format(way=way, here=_SIDES[way][0], there=_SIDES[way][1], when=when) for way in found)
    given = {str(way): list(frontier) for way, frontier in frontiers.items()}
    with connection.cursor() as cursor:
        limits = {f"{way}_most": most[way] for way in found}
        cursor.execute(" UNION ALL ".join(sides), {**given, **limits, "moment": at})
        for way, there, here in cursor.fetchall():
            found[way].append((there, here))
    return found


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
    viewer: Viewer, nodes: Collection[int], shown: Collection[int], *, at: datetime | None = None
) -> dict[Direction, dict[int, Beyond]]:
    """Return for each direction those of `nodes` that have readable neighbours there which are not `shown`, and how
    many."""
    reached = _next(dict.fromkeys(Direction, nodes), at, dict.fromkeys(Direction, MOST_BEYOND))
    hidden = {there for steps in reached.values() for there, _ in steps} - set(shown)
    readable = set(_Gate(viewer).split(sorted(hidden), len(hidden))[0])
    return {way: _counted(steps, readable) for way, steps in reached.items()}


def _counted(steps: Steps, readable: Collection[int]) -> dict[int, Beyond]:
    counts = Counter(here for there, here in set(steps) if there in readable)
    return {here: Beyond(count, len(steps) == MOST_BEYOND) for here, count in counts.items()}
