"""How the rows of a workflow moved since they were measured last."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from core.names import split_path
from definitions.checks import columns_of
from definitions.counting.balance import forbidden
from definitions.counting.flows import MOST_GROUPS, Flow, Log, between, incomplete_query, log_query, read_log
from definitions.counting.snapshots import TooManyKeys, look, packed, unpacked
from definitions.counting.stocks import keyed_query
from definitions.models import Count, Look, Measure
from definitions.sources import Unanswered, Unavailable, open_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from catalog.models import Dataset
    from definitions.counting.stocks import Stock
    from definitions.models import Binding
    from definitions.planning import Allowed, Counted, Group, Plan
    from definitions.sources import Asking


@dataclass
class FlowFound:
    """A flow in the names of states, and what was there before it."""

    by: str = ""
    start: datetime | None = None
    flow: Flow = field(default_factory=Flow)
    days: dict[str, Flow] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)
    late: int = 0
    incomplete: int = 0
    problem: str = ""

    def columns(self) -> dict[str, Any]:
        """The columns of `Measure`."""
        told = self.flow
        return {
            "flow_by": self.by, "flow_from": self.start, "repeats": told.repeats, "duplicates": told.duplicates,
            "ahead": told.ahead, "late": self.late, "entries": told.before + sum(told.moves.values()) + told.repeats,
            "incomplete": self.incomplete, "flow_problem": self.problem[:500],
        }  # fmt: skip

    def of_state(self, counted: Counted) -> dict[str, int]:
        """The columns of `Count` that say how a state's stock came about."""
        if not self.by:
            return {}
        name = counted.name
        return {
            "before": self.before.get(name, 0), "entered": self.flow.into(name), "left": self.flow.out_of(name)
        }  # fmt: skip

    def moves(self, allowed: Allowed | None) -> Iterator[tuple[str | None, str, str, int, bool]]:
        """Yield (day, from, to, rows, forbidden), "" for outside."""
        for day, flow in (self.days or {None: self.flow}).items():  # type: ignore[dict-item]
            bad = forbidden(flow.moves, allowed.moves, allowed.initial, allowed.final) if allowed else {}
            for move, rows in flow.moves.items():
                yield day, move[0] or "", move[1] or "", rows, move in bad


def flow_of(asking: Asking, relation: str, plan: Plan, group: Group, stock: Stock, now: datetime) -> FlowFound:
    """Return how rows moved since the last measure: by the event log where one is bound, else by their keys."""
    last = Measure.objects.filter(workflow=group.workflow, dataset=plan.dataset, at__lt=now).order_by("-at").first()
    log = group.log
    try:
        if log is not None and log.event_dataset is not None:
            return _from_log(asking, plan, group, log, last, now)
        return _from_keys(asking, relation, plan, group, last, now)
    except (Unanswered, Unavailable, TooManyKeys) as error:
        return FlowFound(problem=str(error))


def _comparable(last: Measure | None, group: Group) -> dict[str, int] | None:
    """The stocks before, by name; None where there are none, or where they were counted by other criteria."""
    if last is None:
        return None
    counts = {count.name: count for count in Count.objects.filter(measure=last)}
    now = {one.name: one.binding.pk for one in group.counted}
    if {name: count.binding_id for name, count in counts.items()} != now:
        return None
    return {name: count.inside for name, count in counts.items()}


# --- by the event log


def _from_log(
    asking: Asking, plan: Plan, group: Group, binding: Binding, last: Measure | None, now: datetime
) -> FlowFound:
    dataset = binding.event_dataset
    assert dataset is not None  # noqa: S101 - asked by the caller
    before = _comparable(last, group)
    start = last.at if last is not None and before is not None and last.flow_by == Measure.FlowBy.LOG else None
    same = dataset.source_id == plan.dataset.source_id
    with nullcontext(asking) if same else open_source(dataset.source) as asked:
        log = _log(asked, binding, dataset)
        daily = read_log(asked.rows(log_query(log, asked.dialect, start, now), MOST_GROUPS))
        [(incomplete,)] = asked.rows(incomplete_query(log, asked.dialect), 1)
    names = {one.log_name: one.name for one in group.counted}
    flow = _renamed(daily.whole, names)
    late = max(0, flow.before - last.entries) if start is not None and last is not None else 0
    days = {day: _renamed(one, names) for day, one in daily.days.items()}
    return FlowFound(
        Measure.FlowBy.LOG, start, flow, days, (before or {}) if start is not None else {}, late, int(incomplete)
    )


def _log(asked: Asking, binding: Binding, dataset: Dataset) -> Log:
    columns = {column.name: column for column in columns_of(dataset)}
    names = [*binding.event_key, binding.event_state, binding.event_time]
    if not binding.event_key:
        raise Unanswered("It is not said which field of the event log is the key.")
    if gone := [name for name in names if name not in columns]:
        raise Unanswered(f"The event log has no field {gone[0]}.")
    found = [columns[name] for name in names]
    return Log(asked.relation(tuple(split_path(dataset.path))), tuple(found[:-2]), found[-2], found[-1])


def _renamed(flow: Flow, names: dict[str, str]) -> Flow:
    """The flow with the log's names of states made the workflow's; what it does not know stays as it is."""
    found = Flow(repeats=flow.repeats, duplicates=flow.duplicates, ahead=flow.ahead, before=flow.before)
    for (before, after), rows in flow.moves.items():
        found.moves[names.get(before or "", before), names.get(after or "", after)] += rows
    return found


# --- by keys


def _from_keys(
    asking: Asking, relation: str, plan: Plan, group: Group, last: Measure | None, now: datetime
) -> FlowFound:
    key = plan.key(group)
    if not key:
        return FlowFound(problem="There is no event log, and no key to compare rows by.")
    query = keyed_query(relation, key, group.trees, asking.dialect, now)
    secret = settings.SECRET_KEY.encode()
    found = look(asking.stream(query), len(group.counted), secret)
    kept = Look.objects.filter(workflow=group.workflow, dataset=plan.dataset).first()
    before = _comparable(last, group)
    Look.objects.update_or_create(
        workflow=group.workflow, dataset=plan.dataset,
        defaults={"at": timezone.now(), "states": group.names, "kept": packed(found)},
    )  # fmt: skip
    if kept is None or kept.states != group.names or before is None or last is None:
        return FlowFound()
    flow = between(unpacked(bytes(kept.kept)), found, group.names)
    return FlowFound(Measure.FlowBy.KEYS, last.at, flow, before=before)
