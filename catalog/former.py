"""Keeping closed what was closed while a thing may have, or has, another name."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db import connection

from catalog.labels import refresh_dataset_labels, refresh_field_labels
from catalog.models import FormerDataset, FormerField

_RENAMED = """
    SELECT new.id, old.id
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS told (dataset, before, after)
    JOIN catalog_field old ON old.dataset_id = told.dataset AND md5(old.path) = md5(told.before)
    JOIN catalog_field new ON new.dataset_id = told.dataset AND md5(new.path) = md5(told.after)
    WHERE old.id <> new.id
"""


class FieldName(NamedTuple):
    """A field of a dataset that may have been called `before`."""

    dataset: int
    before: str
    after: str


def hold_datasets(pairs: Collection[tuple[int, int]]) -> None:
    """Let each dataset carry the labels of the one before it (its id first) until somebody decides."""
    rows = [FormerDataset(dataset_id=new, former_id=old) for new, old in pairs]
    FormerDataset.objects.bulk_create(rows, ignore_conflicts=True)
    _refresh_datasets([new for new, _ in pairs])


def settle_dataset(*, dataset: int, former: int) -> None:
    """The two are one: the labels that name the former stay, the others go with what they come from."""
    FormerDataset.objects.update_or_create(dataset_id=dataset, former_id=former, defaults={"settled": True})
    _refresh_datasets([dataset])


def part_datasets(pairs: Collection[tuple[int, int]]) -> None:
    """The datasets of each pair (the later one's id first) are two: the later carries its own labels alone."""
    for new, old in pairs:
        FormerDataset.objects.filter(dataset=new, former=old).delete()
    _refresh_datasets([new for new, _ in pairs])


def _refresh_datasets(ids: list[int]) -> None:
    if ids:
        refresh_dataset_labels("d.id = ANY(%s)", [ids])
        refresh_field_labels("f.dataset_id = ANY(%s)", [ids])


def hold_fields(names: Collection[FieldName]) -> None:
    """Let each field carry the labels of the one before it until somebody decides."""
    pairs = _pairs(names) if names else []
    for new, old in pairs:  # a name that came back is not what it became
        FormerField.objects.filter(field=old, former=new).delete()
    FormerField.objects.bulk_create(
        [FormerField(field_id=new, former_id=old) for new, old in pairs], ignore_conflicts=True
    )
    if pairs:
        refresh_field_labels("f.id = ANY(%s)", [[pk for pair in pairs for pk in pair]])


def settle_field(*, field: int, former: int) -> None:
    """The two are one: labels that name the former stay."""
    FormerField.objects.update_or_create(field_id=field, former_id=former, defaults={"settled": True})
    refresh_field_labels("f.id = %s", [field])


def part_fields(*, field: int, former: int) -> bool:
    """The two are different fields; returns whether that had been open."""
    parted, _ = FormerField.objects.filter(field=field, former=former, settled=False).delete()
    refresh_field_labels("f.id = %s", [field])
    return bool(parted)


def _pairs(names: Collection[FieldName]) -> list[tuple[int, int]]:
    """The ids of the fields so called now and before."""
    columns = [list(column) for column in zip(*names, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_RENAMED, columns)
        return list(cursor.fetchall())
