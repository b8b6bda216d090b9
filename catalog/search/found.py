"""The datasets of a page of hits, read through the viewer's denials."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.models import Dataset
from catalog.querysets import DatasetQuerySet
from core.statements import one_of
from permissions.access import Viewer
from permissions.levels import Level
from permissions.statements import GuardedStatement

_DATASETS: GuardedStatement[DatasetQuerySet, Dataset] = GuardedStatement(
    Level.DISCOVER,
    Dataset.objects.all(),
    lambda visible: visible.filter(one_of("pk", "ids"), archived_at=None).defer("sql", "details"),
)


def datasets_of(viewer: Viewer, ids: Iterable[int]) -> list[Dataset]:
    """Return those of `ids` that are still there and that the viewer may know of, in their order."""
    wanted = list(ids)
    found = {dataset.pk: dataset for dataset in _DATASETS.run(viewer, ids=wanted)} if wanted else {}
    return [found[pk] for pk in wanted if pk in found]
