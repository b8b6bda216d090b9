"""Jobs as one person may see them: none that touches what is hidden; code only where nothing touched is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from catalog.closed import closed_fields
from catalog.models import Dataset, Source
from lineage.models import Edge, Job
from permissions.access import denials_of
from permissions.levels import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from permissions.access import Viewer


class Shown(NamedTuple):
    """A job in a picture."""

    id: int
    name: str
    what: str  # its technology, or its kind of transformation
    url: str


def visible_jobs(viewer: Viewer, level: Level = Level.DISCOVER) -> QuerySet[Job]:
    """Jobs whose every dataset, now or before, the viewer may use at `level`, and that run nowhere closed.

    Who reads nothing but what carries some labels knows of none that touches nothing and runs nowhere known.
    """
    jobs, denials = Job.objects.all(), denials_of(viewer)
    if denials.empty:
        return jobs
    touching = Edge.objects.filter(job=OuterRef("pk"))
    if not denials.allow((), level):
        jobs = jobs.filter(~Q(source=None) | Exists(touching))
    closed = touching.closed_to(viewer, level)
    return jobs.filter(~Exists(closed), Q(source=None) | Q(source__in=Source.objects.open_to(viewer, level)))


def jobs_shown(viewer: Viewer, ids: Iterable[int]) -> dict[int, Shown]:
    """Return what the picture shows of these jobs; one query."""
    found = visible_jobs(viewer, Level.READ).filter(pk__in=list(ids)).only("name", "technology", "kind")
    return {
        job.pk: Shown(job.pk, job.name, job.technology or job.get_kind_display(), reverse("lineage:job", args=[job.pk]))
        for job in found
    }


def may_read_code(viewer: Viewer, job: Job) -> bool:
    """Whether the code names nothing that is closed to the viewer: no dataset it touches, nor a field of one."""
    if denials_of(viewer).empty:
        return True
    if not visible_jobs(viewer, Level.READ).filter(pk=job.pk).exists():
        return False
    ends = Q(node__upstream_edges__job=job) | Q(node__downstream_edges__job=job)
    datasets = Dataset.objects.filter(ends).only("pk", "labels").distinct()
    return not any(closed.any_closed() for closed in closed_fields(viewer, datasets).values())
