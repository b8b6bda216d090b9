"""Who is hit when a dataset, or one field of it, is dropped, renamed or changed."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from catalog.models import Dataset
from lineage.cards import Card, cards_of
from lineage.closures import Bounds, Direction, edges_among, walk
from lineage.field_paths import closed_spots, walk_fields
from lineage.jobs import Shown, jobs_shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage.closures import Line, Walk
    from lineage.field_paths import FieldWalk
    from lineage.models import Node
    from permissions.access import Viewer
    from permissions.models import User

MOST = 2_000  # datasets named; there may be more


class Effect(StrEnum):
    """How a field reaches a dataset that depends on its dataset."""

    VALUES = "values"  # fields there come from it
    ROWS = "rows"  # it decides which rows are there
    UNKNOWN = "unknown"  # on some way there nobody has told of fields
    NONE = "none"  # it is not used on any way there


PROBLEM = "problem"  # a state of `core.states` that others remark
BREAKING = frozenset([Effect.VALUES, Effect.ROWS])
WORDS = {
    Effect.VALUES: "Its fields come from it",
    Effect.ROWS: "It decides which rows are there",
    Effect.UNKNOWN: "Not known field by field",
    Effect.NONE: "Does not use this field",
}


class Hit(NamedTuple):
    """One dataset that depends on the changed one; `responsible` are its steward and owner."""

    card: Card
    distance: int
    effect: Effect
    columns: tuple[str, ...]
    responsible: tuple[User, ...]

    @property
    def breaking(self) -> bool:
        return self.effect in BREAKING

    @property
    def words(self) -> str:
        return WORDS[self.effect]


class Impact(NamedTuple):
    """What depends on a dataset, nearest first. `closed` is how many more there are that the viewer may not read."""

    hits: list[Hit]
    jobs: list[Shown]
    people: list[tuple[User, int]]  # with how many of the hits they answer for, most first
    closed: int
    whole: bool

    @property
    def breaking(self) -> int:
        return sum(hit.breaking for hit in self.hits)

    @property
    def troubled(self) -> int:
        """How many have an open problem of their own."""
        return sum(PROBLEM in hit.card.badges for hit in self.hits)

    @property
    def unknown(self) -> int:
        return sum(hit.effect == Effect.UNKNOWN for hit in self.hits)


def impact_of(viewer: Viewer, node: Node, column: str = "", *, depth: int = 50, most: int = MOST) -> Impact:
    """Return what depends on `node`, which the viewer may read, by way of its field `column`, or all of it.

    A field that is closed to the viewer is answered as one that nobody uses.
    """
    found = walk(viewer, [node.pk], Direction.DOWN, Bounds(depth, most, 3.0))
    lines = edges_among([*found.rings], most=20_000)
    fields = _fields(viewer, node, column, depth)
    effects = _effects(node.pk, found, lines, fields)
    hits = _hits(viewer, found, effects, _columns(fields))
    jobs = jobs_shown(viewer, {line.job for line in lines if line.job})
    ordered = sorted(hits, key=lambda hit: (not hit.breaking, hit.distance, hit.card.name))
    return Impact(
        ordered, sorted(jobs.values(), key=lambda job: job.name), _people(hits), len(found.restricted), found.whole
    )


def _fields(viewer: Viewer, node: Node, column: str, depth: int) -> FieldWalk | None:
    """The way of the field downstream; None where all of the dataset is meant."""
    if not column:
        return None
    spot = (node.pk, column)
    return walk_fields(viewer, [] if closed_spots(viewer, [spot]) else [spot], Direction.DOWN, depth=depth)


def _columns(fields: FieldWalk | None) -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for node, path in fields.distance if fields else ():
        found[node].append(path)
    return found


def _effects(start: int, found: Walk, lines: list[Line], fields: FieldWalk | None) -> dict[int, Effect]:
    if fields is None:
        return dict.fromkeys(found.rings, Effect.VALUES)
    columns = _columns(fields)
    effects = {node: _told(columns[node]) for node in found.rings if node in columns}
    into: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        into[line.upstream].append(line)
    waiting = [start, *(node for node in effects if node != start)]
    while waiting:  # from everything that is hit, over lines of which nobody has told fields
        for line in into[waiting.pop()]:
            blind = not line.has_fields or effects.get(line.upstream) == Effect.UNKNOWN
            if blind and line.downstream not in effects:
                effects[line.downstream] = Effect.UNKNOWN
                waiting.append(line.downstream)
    return effects


def _told(columns: Iterable[str]) -> Effect:
    return Effect.VALUES if any(columns) else Effect.ROWS


def _hits(viewer: Viewer, found: Walk, effects: dict[int, Effect], columns: dict[int, list[str]]) -> list[Hit]:
    distances = {node: ring for node, ring in found.rings.items() if ring}
    cards = cards_of(viewer, distances)
    asked = Dataset.objects.filter(pk__in=[card.dataset for card in cards.values() if card.dataset])
    people = {
        one.pk: tuple(dict.fromkeys(p for p in (one.steward, one.owner) if p))
        for one in asked.select_related("steward", "owner")
    }
    return [
        Hit(
            card, distances[node], effects.get(node, Effect.NONE),
            tuple(sorted(filter(None, columns.get(node, ())))), people.get(card.dataset or 0, ()),
        )
        for node, card in cards.items()
    ]  # fmt: skip


def _people(hits: Iterable[Hit]) -> list[tuple[User, int]]:
    counts: defaultdict[User, int] = defaultdict(int)
    for hit in hits:
        if hit.effect != Effect.NONE:
            for person in hit.responsible:
                counts[person] += 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
