"""Counting states in sources: at each harvest, and when a definition comes into force.

One failure spoils nothing: what cannot be asked keeps its last measure, which is stale from then on.
"""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from catalog.models import Constraint, Source
from core.names import split_path
from definitions.agreeing import compare_systems
from definitions.conflicts import find_conflicts
from definitions.counting.codes import MOST_STATES
from definitions.counting.stocks import MOST_GROUPS, Stock, TooManyGroups, grouped, keys_query, stocks
from definitions.criteria.rendering import TooLong
from definitions.flowing import FlowFound, flow_of
from definitions.models import Attempt, Binding, Count, Measure, Move, Workflow
from definitions.overlapping import note_same_rows
from definitions.planning import Group, Plan, allowed_in, plans
from definitions.sources import Asking, Unanswered, Unavailable, open_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from catalog.models import Dataset

logger = logging.getLogger(__name__)
NOT_ALONE = "Several criteria of this dataset could not be counted together."


def measure_source(source: Source, now: datetime | None = None) -> int:
    """Count everything in force that is bound to datasets of `source`; returns how many datasets were counted."""
    bound = Binding.objects.in_force().filter(dataset__source=source)
    return measure_bindings(source, bound, now or timezone.now())


def measure_bindings(source: Source, bound: Iterable[Binding], now: datetime) -> int:
    """Count `bound`, bindings to datasets of one source."""
    related = Binding.objects.filter(pk__in=[binding.pk for binding in bound]).select_related(
        "version__definition__steward", "dataset__source", "event_dataset__source"
    )
    found = plans(related.order_by("pk"))
    if not found:
        return 0
    try:
        with open_source(source) as asking:
            measured = sum(_measured(asking, plan, now) for plan in found)
        compare_systems(related, now)
        find_conflicts()
        return measured
    except Unavailable as error:
        note_failure((plan.dataset for plan in found), str(error))
        return 0


def measure_version(version_id: int, now: datetime | None = None) -> int:
    """Count again every dataset that a version in force is bound to, with all that is bound to it beside."""
    mine = Binding.objects.in_force().filter(version=version_id).exclude(dataset=None)
    sources = Source.objects.filter(datasets__bindings__in=mine).distinct()
    datasets = list(mine.values_list("dataset", flat=True))
    bound = Binding.objects.in_force().filter(dataset__in=datasets)
    return sum(
        measure_bindings(source, bound.filter(dataset__source=source), now or timezone.now()) for source in sources
    )


def note_unreachable(source: Source, problem: str) -> None:
    """Mark what was measured in `source` as stale: it could not be reached."""
    datasets = {binding.dataset for binding in Binding.objects.in_force().filter(dataset__source=source)}
    note_failure((dataset for dataset in datasets if dataset is not None), problem)


def note_failure(datasets: Iterable[Dataset], problem: str) -> None:
    """Note that measuring `datasets` was tried in vain; their last measures stay, and are stale."""
    for dataset in datasets:
        Attempt.objects.update_or_create(
            dataset=dataset, defaults={"at": timezone.now(), "problem": problem[:500] or "It could not be measured."}
        )


def _measured(asking: Asking, plan: Plan, now: datetime) -> bool:
    try:
        problem = _measure(asking, plan, now)
    except Unanswered as error:
        problem = str(error)
    except Unavailable:
        raise
    except Exception:
        logger.exception("measuring dataset %s failed", plan.dataset.pk)
        problem = "Something unforeseen went wrong; the worker's log tells more."
    if problem:
        note_failure([plan.dataset], problem)
    else:
        Attempt.objects.update_or_create(dataset=plan.dataset, defaults={"at": now, "problem": ""})
    return not problem


def _measure(asking: Asking, plan: Plan, now: datetime) -> str:
    """Count a dataset and keep what was found, whole or not at all; returns what went wrong, if only in part."""
    relation = asking.relation(_path(plan.dataset))
    problems: list[str] = []
    counted = _counted(asking, relation, plan, now, problems)
    note_same_rows(asking, relation, plan.dataset, [(group, stock) for group, stock, _ in counted], now)
    for group, stock, seconds in counted:
        missing = shared = None
        flow = None
        if group.workflow is not None:
            missing, shared = _keys(asking, relation, plan, group)
            flow = flow_of(asking, relation, plan, group, stock, now)
        with transaction.atomic():
            _keep(plan, group, stock, now, flow, (seconds, missing, shared))
    return " ".join(problems)


def _counted(
    asking: Asking, relation: str, plan: Plan, now: datetime, problems: list[str]
) -> list[tuple[Group, Stock, float]]:
    """Ask for all groups at once; where that fails, group by group, so that one that fails spoils no other."""
    groups = [group for group in plan.groups if len(group.counted) <= MOST_STATES]
    if len(groups) < len(plan.groups):
        problems.append(f"A workflow with more than {MOST_STATES} states is not measured.")
    begun = monotonic()
    try:
        found = _ask(asking, relation, groups, now)
    except (Unanswered, TooManyGroups, TooLong) as error:
        if len(groups) <= 1:
            problems.append(str(error) or NOT_ALONE)
            return []
        return [one for group in groups for one in _counted(asking, relation, _only(plan, group), now, problems)]
    return [(group, stock, monotonic() - begun) for group, stock in zip(groups, found, strict=True)]


def _only(plan: Plan, group: Group) -> Plan:
    return Plan(plan.dataset, plan.columns, [group])


def _ask(asking: Asking, relation: str, groups: Sequence[Group], now: datetime) -> list[Stock]:
    if not groups:
        return []
    query = grouped(relation, [group.trees for group in groups], asking.dialect, now)
    return stocks(asking.rows(query, MOST_GROUPS + 1), [len(group.counted) for group in groups])


def _keys(asking: Asking, relation: str, plan: Plan, group: Group) -> tuple[int | None, int | None]:
    """How many rows have no key, or one that another has; what the source itself guarantees is not asked for."""
    key = plan.key(group)
    if not key:
        return None, None
    unique = Constraint.objects.filter(dataset=plan.dataset, kind__in=("primary", "unique"), fields__len__gt=0)
    names = {column.name for column in key}
    if any(kind == "primary" and set(fields) <= names for kind, fields in unique.values_list("kind", "fields")):
        return 0, 0
    try:
        [(missing, shared)] = asking.rows(keys_query(relation, key, asking.dialect), 1)
    except Unanswered:
        return None, None
    return int(missing or 0), int(shared or 0)


def _keep(
    plan: Plan, group: Group, stock: Stock, now: datetime, flow: FlowFound | None,
    told: tuple[float, int | None, int | None],
) -> None:  # fmt: skip
    measure = None if group.workflow is None else _measure_row(plan, group, group.workflow, stock, now, flow, told)
    if measure is not None and flow is not None:
        _keep_moves(measure, group, flow)
    Count.objects.bulk_create(
        Count(
            binding=one.binding,
            measure=measure,
            state=one.state,
            name=one.name,
            at=now,
            rows=stock.rows,
            inside=stock.inside[place],
            unknown=stock.unknown[place],
            broken=stock.broken[place],
            **(flow.of_state(one) if flow else {}),
        )
        for place, one in enumerate(group.counted)
    )


def _measure_row(
    plan: Plan, group: Group, workflow: Workflow, stock: Stock, now: datetime, flow: FlowFound | None,
    told: tuple[float, int | None, int | None],
) -> Measure:  # fmt: skip
    names = group.names
    overlaps = [[[names[place] for place in places], rows] for places, rows in stock.overlaps.most_common(50)]
    seconds, missing, shared = told
    return Measure.objects.create(
        workflow=workflow, dataset=plan.dataset, at=now, seconds=round(seconds, 3), rows=stock.rows, none=stock.none,
        several=stock.several, undecided=stock.undecided, overlaps=overlaps, keys_missing=missing, keys_shared=shared,
        **(flow.columns() if flow else {}),
    )  # fmt: skip


def _keep_moves(measure: Measure, group: Group, flow: FlowFound) -> None:
    allowed = allowed_in(measure.workflow)
    Move.objects.bulk_create(
        (
            Move(measure=measure, from_name=before[:200], to_name=after[:200], day=day, rows=rows, forbidden=forbidden)
            for day, before, after, rows, forbidden in flow.moves(allowed)
        ),
        batch_size=2_000,
    )


def _path(dataset: Dataset) -> tuple[str, ...]:
    return tuple(split_path(dataset.path))
