"""How a job stands now, and which jobs upstream of it are the cause when it stands badly."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from lineage.jobs import visible_jobs
from lineage.models import Job, Node, Run
from permissions.levels import Level

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from permissions.access import Viewer

DEEPEST = 5  # jobs from one that is late to what it is late because of
VIEWS = 6  # between two jobs
MOST = 2_000


class Standing(StrEnum):
    """Worst first; each is a state of `core.states` too."""

    FAILED = "failed"
    LATE = "late"
    LONG = "long"  # its run takes far longer than usual
    RUNNING = "running"
    FINE = "succeeded"
    SILENT = "silent"  # nobody told of a run
    ENDED = "ended"


WORDS = {
    Standing.FAILED: "Failed", Standing.LATE: "Late", Standing.LONG: "Takes long", Standing.RUNNING: "Running",
    Standing.FINE: "Succeeded", Standing.SILENT: "No run told", Standing.ENDED: "No longer there",
}  # fmt: skip
BAD = (Standing.FAILED, Standing.LATE, Standing.LONG)
_FAILURES = (Run.State.FAILED, Run.State.ABORTED)


def standing_of(job: Job, now: datetime) -> Standing:
    """How the job stands at `now`."""
    if job.closed_at is not None:
        return Standing.ENDED
    if job.last_state in _FAILURES:
        return Standing.FAILED
    if job.due_at is not None and job.due_at < now:
        return Standing.LATE
    if job.last_state == Run.State.RUNNING:
        return Standing.LONG if job.long_at is not None and job.long_at < now else Standing.RUNNING
    return Standing.FINE if job.last_state == Run.State.COMPLETED else Standing.SILENT


def standing_like(wanted: str, now: datetime) -> Q:
    """The condition under which `standing_of` says `wanted`."""
    if wanted == Standing.ENDED:
        return Q(closed_at__isnull=False)
    failed, late = Q(last_state__in=_FAILURES), Q(due_at__isnull=False, due_at__lt=now)
    running, long = Q(last_state=Run.State.RUNNING), Q(long_at__isnull=False, long_at__lt=now)
    done = Q(last_state=Run.State.COMPLETED)
    calm = ~failed & ~late
    told = {
        Standing.FAILED: failed, Standing.LATE: ~failed & late, Standing.LONG: calm & running & long,
        Standing.RUNNING: calm & running & ~long, Standing.FINE: calm & done,
        Standing.SILENT: calm & ~running & ~done,
    }  # fmt: skip
    return Q(closed_at=None) & told[Standing(wanted)]


def bad_at(now: datetime) -> Q:
    """Jobs that somebody should look at."""
    return standing_like(Standing.FAILED, now) | standing_like(Standing.LATE, now) | standing_like(Standing.LONG, now)


class Cause(NamedTuple):
    """A job upstream that stands badly, with nothing upstream of it that does; and how many jobs away it is."""

    job: Job
    standing: Standing
    steps: int


_FEEDS = """
    WITH RECURSIVE way (job, node, depth) AS (
        SELECT DISTINCT e.job_id, e.{far}_id, 0 FROM lineage_edge e WHERE e.job_id = ANY(%s) AND e.closed_at IS NULL
        UNION
        SELECT w.job, e.{far}_id, w.depth + 1 FROM way w JOIN lineage_edge e ON e.{near}_id = w.node
        WHERE e.job_id IS NULL AND e.closed_at IS NULL AND w.depth < %s AND {open})
    SELECT DISTINCT w.job, e.job_id FROM way w JOIN lineage_edge e ON e.{near}_id = w.node
    WHERE e.closed_at IS NULL AND e.job_id <> w.job LIMIT %s
"""  # by way of views, which no job fills


def causes_of(viewer: Viewer, jobs: Collection[Job], now: datetime) -> dict[int, list[Cause]]:
    """Return for those of `jobs` that stand badly what they wait for, of the jobs that the viewer may read about."""
    bad = [job.pk for job in jobs if standing_of(job, now) in BAD]
    known = _readable(viewer, bad)
    feeds = _trouble(viewer, known, now, up=True)
    return {pk: found for pk in list(known) if (found := _roots(pk, feeds, known, now))}


def waiting_for(viewer: Viewer, job: Job, now: datetime) -> list[Job]:
    """Return the jobs that stand badly, and read by way of such as do what this job makes, nearest first."""
    known = _readable(viewer, [job.pk])
    below = _trouble(viewer, known, now, up=False)
    seen = _distances(job.pk, below) if known else {}
    return [known[pk] for pk, steps in sorted(seen.items(), key=lambda pair: (pair[1], known[pair[0]].name)) if steps]


def _readable(viewer: Viewer, jobs: Collection[int]) -> dict[int, Job]:
    """Those that the viewer may read about: of others it is not told what they read and make."""
    found = visible_jobs(viewer, Level.READ).filter(pk__in=jobs) if jobs else ()
    return {job.pk: job for job in found}


def _trouble(viewer: Viewer, known: dict[int, Job], now: datetime, *, up: bool) -> dict[int, set[int]]:
    """For each job its neighbours on one side that stand badly, over `DEEPEST` rings; what is found joins `known`."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    frontier = set(known)
    for _ in range(DEEPEST):
        pairs = _neighbours(viewer, frontier, up=up)
        fresh = {other for _, other in pairs} - set(known)
        bad = visible_jobs(viewer, Level.READ).filter(bad_at(now), pk__in=fresh) if fresh else ()
        known |= {job.pk: job for job in bad}
        for mine, other in pairs:
            if other in known and standing_of(known[other], now) in BAD:
                found[mine].add(other)
        frontier = fresh & set(known)
        if not frontier:
            break
    return found


def _neighbours(viewer: Viewer, jobs: Iterable[int], *, up: bool) -> list[tuple[int, int]]:
    """Jobs, and those beside them on one side, over datasets that the viewer may read."""
    far, near = ("upstream", "downstream") if up else ("downstream", "upstream")
    readable = Node.objects.readable_by(viewer).filter(pk=RawSQL(f"e.{far}_id", [])).order_by().values("pk")  # noqa: S611
    condition, parameters = readable.query.sql_with_params()
    statement = _FEEDS.format(far=far, near=near, open=f"EXISTS ({condition})")
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(jobs), VIEWS, *parameters, MOST])
        return list(cursor.fetchall())


def _distances(start: int, neighbours: dict[int, set[int]]) -> dict[int, int]:
    seen, frontier = {start: 0}, [start]
    while frontier:
        fresh = {other for one in frontier for other in neighbours.get(one, ())} - set(seen)
        seen |= dict.fromkeys(fresh, seen[frontier[0]] + 1)
        frontier = list(fresh)
    return seen


def _roots(start: int, feeds: dict[int, set[int]], known: dict[int, Job], now: datetime) -> list[Cause]:
    """What is upstream with nothing bad upstream of its own; in a circle of bad ones, the nearest."""
    seen = _distances(start, feeds)
    del seen[start]
    roots = [pk for pk in seen if not feeds.get(pk)] or [pk for pk, steps in seen.items() if steps == 1]
    found = [Cause(known[pk], standing_of(known[pk], now), seen[pk]) for pk in roots]
    return sorted(found, key=lambda cause: (cause.steps, cause.job.name))
