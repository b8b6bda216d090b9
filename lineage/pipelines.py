"""Pipelines: the jobs that one person may know of, how each stands, and what it waits for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Case, CharField, Count, Q, Value, When
from django.utils import timezone

from core.paging import Page, keyset_page
from lineage.jobs import visible_jobs
from lineage.models import Job
from lineage.standing import Cause, Standing, bad_at, causes_of, standing_like, standing_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from permissions.access import Viewer

ORDER = ("-last_seen_at", "-pk")
LINES = 50
MOST_BAD = 30  # shown above the list
UNREAD = ("code", "facets", "description", "problem")  # long, and in no list


class Line(NamedTuple):
    """A job in a list."""

    job: Job
    standing: Standing
    causes: list[Cause]


class Pipelines(NamedTuple):
    """A page of jobs; above the first, those that stand worst. `counts` are of all jobs, by standing."""

    worst: list[Line]
    lines: list[Line]
    page: Page[Job]
    counts: dict[Standing, int]


def find_jobs(viewer: Viewer, now: datetime, *, q: str = "", standing: str = "", technology: str = "") -> QuerySet[Job]:
    """Jobs that the viewer may know of, with `q` in the name; those that ended only where asked for."""
    jobs = visible_jobs(viewer).defer(*UNREAD).select_related("owner")
    jobs = jobs.filter(standing_like(standing, now) if standing else Q(closed_at=None))
    for word in q.split():
        jobs = jobs.filter(Q(name__icontains=word) | Q(namespace__icontains=word))
    return jobs.filter(technology__iexact=technology) if technology else jobs


def pipelines(viewer: Viewer, *, cursor: str | None = None, **wanted: str) -> Pipelines:
    """Return a page of jobs, the latest seen first; a fixed number of queries."""
    now = timezone.now()
    page = keyset_page(find_jobs(viewer, now, **wanted), order=ORDER, cursor=cursor, size=LINES)
    bare = not cursor and not any(wanted.values())
    worst = _worst(viewer, now) if bare else []
    causes = causes_of(viewer, [*worst, *page.items], now)
    return Pipelines(_lines(worst, causes, now), _lines(page.items, causes, now), page, _counts(viewer, now))


def _worst(viewer: Viewer, now: datetime) -> list[Job]:
    return list(find_jobs(viewer, now).filter(bad_at(now)).order_by("due_at", "-last_run_at", "pk")[:MOST_BAD])


def _lines(jobs: Iterable[Job], causes: dict[int, list[Cause]], now: datetime) -> list[Line]:
    return [Line(job, standing_of(job, now), causes.get(job.pk, [])) for job in jobs]


def _counts(viewer: Viewer, now: datetime) -> dict[Standing, int]:
    cases = [When(standing_like(one, now), then=Value(str(one))) for one in Standing if one is not Standing.ENDED]
    told = Case(*cases, default=Value(""), output_field=CharField())
    jobs = visible_jobs(viewer).filter(closed_at=None).annotate(standing=told).order_by()
    found = Counter(dict(jobs.values_list("standing").annotate(Count("pk"))))
    return {one: found[one] for one in Standing if found[one]}
