"""New fields never stand open for the moment between being read and being looked at."""

from __future__ import annotations

from django.db import connection

from catalog.models import Dataset
from harvest.recognition import recognise_personal_data
from permissions.levels import Level
from permissions.models import OptOutRule

CHUNK = 200  # datasets with their fields in memory at once


def classify_new_fields() -> None:
    """Recognise the new fields by name, in the transaction that writes them, where a rule closes a class of fields.

    Values need no such haste: a sample is stored together with what it tells. Without such a rule recognition waits
    for the look at values, and a first harvest costs half.
    """
    closing = OptOutRule.objects.in_force().filter(label__startswith="class:", level__in=Level.READ.closed_by)
    if not closing.exists():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM stage_match WHERE new OR reshaped ORDER BY id")
        ids = [pk for (pk,) in cursor.fetchall()]
    for chunk in _chunks(ids):
        for dataset in Dataset.objects.filter(pk__in=chunk).prefetch_related("fields"):
            recognise_personal_data(dataset, [field for field in dataset.fields.all() if not field.archived_at], None)


def _chunks(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
