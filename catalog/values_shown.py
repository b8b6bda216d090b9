"""Who was shown values of what: on record, where any rule names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from permissions.audit.reads import note_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.models import Dataset
    from permissions.access import Viewer


LABELS = "SELECT DISTINCT unnest(labels) FROM catalog_field WHERE dataset_id = %s AND path = ANY(%s)"


def note_values_of(viewer: Viewer, dataset: Dataset, paths: Sequence[str]) -> None:
    """Note that `viewer` was shown values of the fields at `paths`, of a sample or a profile."""
    if not paths:
        return
    with connection.cursor() as cursor:
        cursor.execute(LABELS, [dataset.pk, list(paths)])
        of_fields = {label for (label,) in cursor.fetchall()}
    note_values(viewer, dataset, of_fields.union(dataset.labels), fields=list(paths))
