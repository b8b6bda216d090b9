"""The second half of a run: a look at values, dataset by dataset, and what they tell of personal data."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalog.models import Dataset, Field, FieldProfile, Sample
from core.names import split_path
from harvest.connectors.base import Connector, DatasetTarget, ObjectError, Profile
from harvest.facts import Problem
from harvest.models import Run
from harvest.progress import Progress
from harvest.reading import add_problems
from harvest.recognition import recognise_personal_data

STALE = timedelta(days=7)  # a profile older than this is taken anew even when the dataset has not changed
SECONDS = 900  # a run's time for looking at values; the next run goes on where it stopped
CHUNK = 50  # datasets read from the catalog at once
MOST_FREQUENT = 10


def profile_source(run: Run, connector: Connector, progress: Progress) -> None:
    """Profile what has no profile or an old one, and classify its fields, until done or out of time.

    Each dataset is written by itself, so that a run that was stopped goes on with the next one.
    """
    waiting = _waiting(run)
    progress.write(phase=Run.Phase.PROFILE, to_profile=waiting.count())
    end = time.monotonic() + SECONDS
    for done, dataset in enumerate(_chunks(waiting), start=1):
        _look(run, connector, dataset)
        progress.tick(profiled=done, problem_count=run.problem_count)
        if time.monotonic() > end:
            break
    progress.write(profiled=Dataset.objects.filter(source=run.source_id, profiled_at__gte=run.started_at).count())


def _waiting(run: Run):  # type: ignore[no-untyped-def]
    stale = Q(profiled_at=None) | Q(profiled_at__lt=timezone.now() - STALE)
    changed = Q(pk__in=[entry["id"] for entry in run.diff.get("changed", [])]) & Q(profiled_at__lt=run.started_at)
    return Dataset.objects.present().filter(stale | changed, source=run.source_id).order_by("-popularity", "pk")


def _chunks(waiting) -> Iterator[Dataset]:  # type: ignore[no-untyped-def]
    """Read the ids once and the datasets in chunks: what is profiled leaves the queryset meanwhile."""
    ids = list(waiting.values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        chunk = Dataset.objects.prefetch_related("fields").in_bulk(ids[start : start + CHUNK])
        yield from (chunk[pk] for pk in ids[start : start + CHUNK] if pk in chunk)


def _look(run: Run, connector: Connector, dataset: Dataset) -> None:
    fields = [field for field in dataset.fields.all() if field.archived_at is None]
    profile = _profile(run, connector, dataset, fields) if _wants_values(run, connector, dataset) else None
    with transaction.atomic():
        if profile is not None:
            store_profile(dataset, profile)
        recognise_personal_data(dataset, fields, profile)
        Dataset.objects.filter(pk=dataset.pk).update(profiled_at=timezone.now())


def _wants_values(run: Run, connector: Connector, dataset: Dataset) -> bool:
    """Whether the source may be looked into and has values; partitions are seen through their parent."""
    if not getattr(connector, "values", True):
        return False
    return run.source.samples and not (dataset.parent_id and (dataset.details or {}).get("partition_bound"))


def _profile(run: Run, connector: Connector, dataset: Dataset, fields: list[Field]) -> Profile | None:
    top = tuple((field.name, field.type) for field in fields if not field.parent_path)
    target = DatasetTarget(split_path(dataset.path), dataset.kind, top, dataset.row_estimate)
    try:
        return connector.profile(target)
    except ObjectError as error:
        add_problems(run, [Problem(dataset.path, str(error))], Run.Phase.PROFILE)
        run.problem_count += 1
        return None


def store_profile(dataset: Dataset, profile: Profile) -> None:
    """Replace the sample and profiles of `dataset`."""
    sample = Sample(
        dataset=dataset,
        taken_at=timezone.now(),
        rows_read=profile.rows_read,
        rows_total=profile.rows_total,
        rows_exact=profile.rows_exact,
        columns=list(profile.columns),
        rows=[[_text(value) for value in row] for row in profile.rows],
    )
    Sample.objects.filter(pk=dataset.pk).delete()
    sample.save(force_insert=True)
    FieldProfile.objects.bulk_create(
        FieldProfile(
            sample=sample,
            path=item.path,
            nulls=item.nulls,
            distinct=item.distinct,
            minimum=_text(item.minimum),
            maximum=_text(item.maximum),
            frequent=[[_text(value), rows] for value, rows in item.frequent[:MOST_FREQUENT]],
        )
        for item in profile.fields
    )


def _text(value: str | None) -> str | None:
    """PostgreSQL's text holds no NUL: it becomes U+FFFD, visibly."""
    return None if value is None else value.replace("\0", "\ufffd")
