"""Who was shown values of what: on record, where any rule names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.models import Field
from permissions.audit.reads import note_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.models import Dataset
    from permissions.access import Viewer


def note_values_of(viewer: Viewer, dataset: Dataset, paths: Sequence[str]) -> None:
    """Note that `viewer` was shown values of the fields at `paths`, of a sample or a profile."""
    if not paths:
        return
    labelled = Field.objects.filter(dataset=dataset, path__in=paths).exclude(labels=[])
    labels = set(dataset.labels).union(*labelled.order_by().values_list("labels", flat=True))
    note_values(viewer, dataset, labels, fields=list(paths))
