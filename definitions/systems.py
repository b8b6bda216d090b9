"""What was counted of one definition in each system, as one person may see it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from definitions.counted import HISTORY, Rows, sight_of
from definitions.models import Attempt, Count, Unproven

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from catalog.models import Dataset
    from definitions.models import Definition
    from permissions.access import Viewer


@dataclass(frozen=True)
class SystemLine:
    """A definition in one system: what was counted last, and over time."""

    dataset: Dataset
    at: datetime
    rows: Rows
    total: Rows
    unknown: Rows
    broken: Rows
    history: tuple[int, ...]
    stale: str
    unproven: str
    binding: int


def systems_of(viewer: Viewer, definition: Definition) -> list[SystemLine]:
    """Return what was counted of the version in force in each dataset that `viewer` may read."""
    counts = Count.objects.filter(binding__version=definition.current_id).readable_by(viewer)
    by_binding: defaultdict[int, list[Count]] = defaultdict(list)
    for count in counts.select_related("binding__dataset__source").order_by("-at", "-pk")[: HISTORY * 20]:
        by_binding[count.binding_id].append(count)
    stale = dict(Attempt.objects.exclude(problem="").values_list("dataset", "problem"))
    doubts = dict(Unproven.objects.filter(binding__in=by_binding, settled_at=None).values_list("binding", "reason"))
    datasets = {found[0].binding.dataset for found in by_binding.values()}
    sight = sight_of(viewer, [dataset for dataset in datasets if dataset is not None])
    return [
        _system(found, sight[found[0].binding.dataset_id or 0], stale, doubts)
        for found in by_binding.values()
        if found[0].binding.dataset_id in sight
    ]


def _system(counts: Sequence[Count], exact: bool, stale: dict[int, str], doubts: dict[int, str]) -> SystemLine:
    last = counts[0]
    dataset = last.binding.dataset
    assert dataset is not None  # noqa: S101 - a count of a dataset that is gone is readable by nobody
    rows, total, unknown, broken = (Rows(value, exact) for value in (last.inside, last.rows, last.unknown, last.broken))
    return SystemLine(
        dataset=dataset,
        at=last.at,
        rows=rows,
        total=total,
        unknown=unknown,
        broken=broken,
        history=tuple(count.inside for count in reversed(counts[:HISTORY])) if exact else (),
        stale=stale.get(dataset.pk, ""),
        unproven=doubts.get(last.binding_id, ""),
        binding=last.binding_id,
    )
