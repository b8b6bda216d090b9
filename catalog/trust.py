"""May one trust a dataset: who vouches for it, how fresh it is, how steady its schema, how full its fields."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from catalog.health import last_read_at
from catalog.models import FieldProfile
from catalog.news import as_news

if TYPE_CHECKING:
    from datetime import datetime

    from catalog.closed import ClosedFields
    from catalog.models import Dataset
    from catalog.news import SchemaNews

OVERDUE = timedelta(days=7)  # a source not looked at for longer is worth a warning
RECENT = timedelta(days=30)  # a breaking change younger than this is worth a warning
VERSIONS = 10  # the latest ones, among which the last visible change is looked for


class Trust(NamedTuple):
    """What speaks for and against a dataset, as far as its reader may know."""

    read_at: datetime | None  # when its source was last harvested
    overdue: bool
    first_version_at: datetime | None  # None where a schema was never recorded
    last_change: SchemaNews | None
    breaking: bool  # that change breaks readers, and lately
    profiled_fields: int
    empty_fields: tuple[str, ...]  # more than half empty, in the rows that were looked at


def trust_of(dataset: Dataset, closed: ClosedFields) -> Trust:
    """Return what is known for and against the dataset."""
    read_at = last_read_at(dataset.source)
    first_at, last = _schema(dataset, closed)
    profiled, empty = _emptiness(dataset, closed)
    now = timezone.now()
    return Trust(
        read_at=read_at,
        overdue=read_at is not None and read_at < now - OVERDUE,
        first_version_at=first_at,
        last_change=last,
        breaking=last is not None and last.breaking and last.version.created_at > now - RECENT,
        profiled_fields=profiled,
        empty_fields=empty,
    )


def _schema(dataset: Dataset, closed: ClosedFields) -> tuple[datetime | None, SchemaNews | None]:
    """When the oldest version at hand was made, and the last one that changed anything the reader may know of."""
    versions = list(dataset.schema_versions.defer("fields").order_by("-number")[:VERSIONS])
    later = (as_news(version, closed) for version in versions if version.number > 1)
    last = next((news for news in later if news.changes), None)
    return (versions[-1].created_at if versions else None), last


def _emptiness(dataset: Dataset, closed: ClosedFields) -> tuple[int, tuple[str, ...]]:
    profiles = (
        FieldProfile.objects.filter(sample=dataset.pk, sample__rows_read__gt=0)
        .order_by("pk")
        .values_list("path", "nulls", "sample__rows_read")
    )
    readable = [(path, nulls, rows) for path, nulls, rows in profiles if not closed.closes(path)]
    return len(readable), tuple(path for path, nulls, rows in readable if nulls * 2 > rows)
