"""Where one field comes from and where it goes, field by field, as far as one person may know.

The way goes over datasets that the person may read, and never over a field that is closed to them. A field that only
decides which rows there are ends the way at the dataset: its `downstream_path` is empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

from catalog.closed import closed_fields
from catalog.models import Dataset
from lineage.closures import Direction
from lineage.models import Node
from permissions.access import denials_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from permissions.access import Viewer

Spot = tuple[int, str]  # a node and a field's path in it


class Thread(NamedTuple):
    """One field edge on the way."""

    upstream: int
    upstream_path: str
    downstream: int
    downstream_path: str
    step: str
    edge: int


@dataclass
class FieldWalk:
    """The fields on the way, each with its distance, and the edges between them; `whole` is false at the bounds."""

    distance: dict[Spot, int] = field(default_factory=dict)
    threads: list[Thread] = field(default_factory=list)
    whole: bool = True


_STEP = """
    SELECT DISTINCT e.upstream_id, f.upstream_path, e.downstream_id, f.downstream_path, f.step, e.id
    FROM unnest(%(nodes)s::bigint[], %(paths)s::text[]) AS t (node, path)
    JOIN lineage_edge e ON e.{here}_id = t.node AND {edge_when}
    JOIN lineage_fieldedge f ON f.edge_id = e.id AND f.{here}_path = t.path AND {field_when}
    LIMIT %(most)s
"""
_OPEN = "{0}.closed_at IS NULL"
_AS_OF = "{0}.first_seen_at <= %(moment)s AND ({0}.closed_at IS NULL OR {0}.closed_at > %(moment)s)"


def walk_fields(
    viewer: Viewer,
    start: Collection[Spot],
    direction: Direction,
    *,
    depth: int = 50,
    most: int = 5_000,
    at: datetime | None = None,
) -> FieldWalk:
    """Return the fields on one side of those that the walk starts at, which the viewer is known to be able to read."""
    found = FieldWalk(distance=dict.fromkeys(start, 0))
    frontier = list(start)
    for ring in range(1, depth + 1):
        if not frontier:
            return found
        threads = _open_ones(viewer, _threads(frontier, direction, most, at), direction)
        if len(found.threads) + len(threads) > most:
            found.whole = False
            return found
        found.threads += threads
        reached = dict.fromkeys(_far_end(thread, direction) for thread in threads)
        fresh = [spot for spot in reached if spot not in found.distance]
        found.distance |= dict.fromkeys(fresh, ring)
        frontier = [spot for spot in fresh if spot[1]]
    found.whole = not frontier
    return found


def _threads(frontier: list[Spot], direction: Direction, most: int, at: datetime | None) -> list[Thread]:
    when = _AS_OF if at else _OPEN
    here = "upstream" if direction == Direction.DOWN else "downstream"
    statement = _STEP.format(here=here, edge_when=when.format("e"), field_when=when.format("f"))
    nodes, paths = zip(*frontier, strict=True)
    with connection.cursor() as cursor:
        given = {"nodes": list(nodes), "paths": list(paths), "moment": at, "most": most + 1}
        cursor.execute(statement, given)
        return [Thread(*row) for row in cursor.fetchall()]


def _far_end(thread: Thread, direction: Direction) -> Spot:
    if direction == Direction.DOWN:
        return thread.downstream, thread.downstream_path
    return thread.upstream, thread.upstream_path


def _open_ones(viewer: Viewer, threads: list[Thread], direction: Direction) -> list[Thread]:
    """Those that lead to a field the viewer may read."""
    if not threads or denials_of(viewer).empty:
        return threads
    closed = closed_spots(viewer, {_far_end(thread, direction) for thread in threads})
    return [thread for thread in threads if _far_end(thread, direction) not in closed]


def closed_spots(viewer: Viewer, spots: Iterable[Spot]) -> set[Spot]:
    """Those of the fields that the viewer may not read: they or what they are in are closed; three queries."""
    spots = set(spots)
    nodes = Node.objects.filter(pk__in={node for node, _ in spots})
    dataset_of = dict(nodes.readable_by(viewer).values_list("pk", "dataset_id"))
    datasets = Dataset.objects.filter(pk__in=[pk for pk in dataset_of.values() if pk]).only("pk", "labels")
    closed = closed_fields(viewer, datasets)

    def is_closed(spot: Spot) -> bool:
        if spot[0] not in dataset_of:
            return True
        dataset = dataset_of[spot[0]]
        return bool(dataset and spot[1] and closed[dataset].closes(spot[1]))

    return {spot for spot in spots if is_closed(spot)}
