"""What was counted of workflows and definitions, as one person may see it.

Only datasets that the person may read with every field of theirs are told of, for a criterion may use any. Of one to
four rows, who may not sample hears that there are fewer than five, so that a count gives nobody away.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from catalog.closed import closed_fields
from catalog.models import Dataset
from definitions.models import Attempt, Count, Measure, Move, State, Transition, Unproven
from permissions.gate import may
from permissions.levels import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from definitions.models import Workflow
    from permissions.access import Viewer

LEAST = 5  # rows that are told of exactly to who may not sample
HISTORY = 60  # measures shown


class Rows(NamedTuple):
    """A number of rows: exact, or said to be few; None where it is not known."""

    value: int | None
    exact: bool = True

    @property
    def few(self) -> bool:
        return not self.exact and self.value is not None and 0 < abs(self.value) < LEAST

    def __str__(self) -> str:
        if self.value is None:
            return "\N{EN DASH}"
        return f"< {LEAST}" if self.few else f"{self.value:,}"

    @property
    def signed(self) -> str:
        """With its sign; a few are neither more nor less."""
        return str(self) if self.few or not self.value else f"{self.value:+,}"

    def __bool__(self) -> bool:
        return bool(self.value)


@dataclass(frozen=True)
class StateLine:
    """One state in one dataset."""

    name: str
    state: State | None
    rows: Rows
    unknown: Rows
    broken: Rows
    entered: Rows
    left: Rows
    difference: Rows
    history: tuple[int | None, ...] = ()
    unproven: str = ""


class MoveLine(NamedTuple):
    """Rows that went from one state to another; "" is outside."""

    before: str
    after: str
    rows: Rows
    forbidden: bool
    days: tuple[str, ...] = ()


class Past(NamedTuple):
    """One measure in the history."""

    at: datetime
    rows: Rows
    none: Rows
    several: Rows
    difference: Rows  # the sum of the differences' sizes
    forbidden: Rows


@dataclass
class Counted:
    """The last measure of a workflow in one dataset, and those before it."""

    dataset: Dataset
    measure: Measure
    exact: bool
    states: list[StateLine] = field(default_factory=list)
    moves: list[MoveLine] = field(default_factory=list)
    past: list[Past] = field(default_factory=list)
    stale: str = ""

    def of_measure(self, name: str) -> Rows:
        """A count of the measure by its column."""
        return Rows(getattr(self.measure, name), self.exact)

    @property
    def beside(self) -> dict[str, Rows]:
        """The counts of the measure beside its states."""
        names = ("rows", "none", "several", "undecided", "keys_missing", "keys_shared")
        return {name: self.of_measure(name) for name in names}

    @property
    def overlaps(self) -> list[tuple[str, Rows]]:
        return [(" and ".join(names), Rows(rows, self.exact)) for names, rows in self.measure.overlaps]

    @property
    def forbidden(self) -> list[MoveLine]:
        return [move for move in self.moves if move.forbidden]

    @property
    def unbalanced(self) -> list[StateLine]:
        return [line for line in self.states if line.difference]

    @property
    def oddities(self) -> list[tuple[str, Rows]]:
        """What is odd in the event log, in words."""
        words = {
            "duplicates": "repeat another entry", "repeats": "enter the state that the entity is in",
            "ahead": "are ahead of now", "late": "came late", "incomplete": "lack key, state or time",
        }  # fmt: skip
        return [(said, self.of_measure(name)) for name, said in words.items() if getattr(self.measure, name)]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong that the workflow says should not be."""
        flow = self.measure.workflow
        outside = flow.exhaustive and (self.measure.none or self.measure.undecided)
        return not (self.forbidden or self.unbalanced or outside or (flow.exclusive and self.measure.several))


def counted_for(viewer: Viewer, workflow: Workflow) -> list[Counted]:
    """Return what was counted of a workflow in each dataset that `viewer` may read, the largest first."""
    newest = Measure.objects.filter(workflow=workflow).readable_by(viewer).newest()
    measures = sorted(newest.select_related("dataset__source", "workflow"), key=lambda one: -one.rows)
    sight = sight_of(viewer, [measure.dataset for measure in measures])
    return [_counted(measure, sight[measure.dataset_id]) for measure in measures if measure.dataset_id in sight]


def sight_of(viewer: Viewer, datasets: Iterable[Dataset]) -> dict[int, bool]:
    """Return those of `datasets` of which counts are told, and whether exactly, by their ids."""
    readable = [dataset for dataset in datasets if may(dataset, viewer, Level.READ)]
    closed = closed_fields(viewer, readable) if readable else {}
    whole = [one for one in readable if not (closed[one.pk].any_closed() or closed[one.pk].any_hidden())]
    return {one.pk: may(one, viewer, Level.SAMPLE) and not closed[one.pk].by_level.get(Level.SAMPLE) for one in whole}


def _counted(measure: Measure, exact: bool) -> Counted:
    dataset = measure.dataset
    found = Counted(dataset, measure, exact)
    past = list(Measure.objects.filter(workflow=measure.workflow_id, dataset=dataset).order_by("-at")[:HISTORY])
    counts = list(Count.objects.filter(measure__in=past).select_related("state", "binding").order_by("pk"))
    moves = list(Move.objects.filter(measure__in=past))
    found.states = _states(found, past, counts)
    found.moves = _moves(found, [move for move in moves if move.measure_id == measure.pk])
    found.past = _past(found, past, counts, moves)
    attempt = Attempt.objects.filter(dataset=dataset).exclude(problem="").first()
    found.stale = attempt.problem if attempt else ""
    return found


def _states(found: Counted, past: Sequence[Measure], counts: Iterable[Count]) -> list[StateLine]:
    now: list[Count] = []
    before: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for count in counts:
        before[count.name][count.measure_id or 0] = count.inside
        if count.measure_id == found.measure.pk:
            now.append(count)
    doubts = dict(
        Unproven.objects.filter(binding__in=[count.binding_id for count in now], settled_at=None).values_list(
            "binding", "reason"
        )
    )
    order = [measure.pk for measure in reversed(past)]
    return [_state(found, count, [before[count.name].get(pk) for pk in order], doubts) for count in now]


def _state(found: Counted, count: Count, history: Sequence[int | None], doubts: dict[int, str]) -> StateLine:
    rows, unknown, broken, entered, left, difference = (Rows(value, found.exact) for value in _numbers(count))
    return StateLine(
        name=count.name,
        state=count.state,
        rows=rows,
        unknown=unknown,
        broken=broken,
        entered=entered,
        left=left,
        difference=difference,
        history=tuple(history) if found.exact else (),
        unproven=doubts.get(count.binding_id, ""),
    )


def _numbers(count: Count) -> tuple[int | None, ...]:
    return count.inside, count.unknown, count.broken, count.entered, count.left, count.difference


def _moves(found: Counted, moves: Iterable[Move]) -> list[MoveLine]:
    rows: Counter[tuple[str, str, bool]] = Counter()
    days: defaultdict[tuple[str, str, bool], list[str]] = defaultdict(list)
    for move in moves:
        rows[move.from_name, move.to_name, move.forbidden] += move.rows
        if move.day is not None:
            days[move.from_name, move.to_name, move.forbidden].append(move.day.isoformat())
    lines = [
        MoveLine(before, after, Rows(count, found.exact), bad, tuple(sorted(days[before, after, bad])))
        for (before, after, bad), count in rows.items()
    ]
    return sorted(lines, key=lambda line: (not line.forbidden, -(line.rows.value or 0)))


def _past(found: Counted, past: Sequence[Measure], counts: Iterable[Count], moves: Iterable[Move]) -> list[Past]:
    gaps: Counter[int] = Counter()
    for count in counts:
        gaps[count.measure_id or 0] += abs(count.difference or 0)
    bad: Counter[int] = Counter()
    for move in moves:
        bad[move.measure_id] += move.rows * move.forbidden
    told = ((one, (one.rows, one.none, one.several, gaps[one.pk], bad[one.pk])) for one in past)
    return [Past(one.at, *(Rows(value, found.exact) for value in numbers)) for one, numbers in told]


def transitions_of(workflow: Workflow) -> list[Transition]:
    """Return the transitions of a workflow with the names of their ends."""
    return list(
        Transition.objects.filter(workflow=workflow).select_related("from_state__definition", "to_state__definition")
    )
