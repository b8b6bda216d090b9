"""The one way into the store: what some origin says of jobs, of what reads what, and when it no longer says so.

Whoever learns lineage (harvests, scripts, dbt, events, people) turns names into nodes by `lineage.nodes`, and calls
`record_flows`. It takes one transaction and as many statements whatever the number of flows, and may be called again
with the same: then nothing but the times of seeing changes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from lineage.models import Edge, FieldEdge, Job
from lineage.naming import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from catalog.models import Source


class FieldFlow(NamedTuple):
    """A field upstream takes part in one downstream; an empty `target` is the whole dataset. `step` is a value of
    `FieldEdge.Step`, `span` where the code says it."""

    source: str
    target: str
    step: str
    span: tuple[int, int] | None = None


class Flow(NamedTuple):
    """One node reads from another; both are ids of nodes."""

    upstream: int
    downstream: int
    fields: tuple[FieldFlow, ...] = ()
    evidence: dict[str, Any] = {}


class Written(NamedTuple):
    """Ids of the edges and field edges that were told."""

    edges: list[int]
    fields: list[int]


_EDGES = """
    INSERT INTO lineage_edge AS e (upstream_id, downstream_id, origin, job_id, fields, evidence, reason,
        first_seen_at, last_seen_at)
    SELECT t.upstream, t.downstream, %(origin)s, %(job)s, '{}', t.evidence, '', %(seen)s, %(last)s
    FROM jsonb_to_recordset(%(flows)s::jsonb) AS t (upstream bigint, downstream bigint, evidence jsonb)
    ORDER BY t.upstream, t.downstream
    ON CONFLICT (upstream_id, downstream_id, origin, job_id) WHERE closed_at IS NULL DO UPDATE SET
        first_seen_at = least(e.first_seen_at, excluded.first_seen_at),
        last_seen_at = greatest(e.last_seen_at, excluded.last_seen_at),
        evidence = CASE WHEN e.last_seen_at > excluded.last_seen_at THEN e.evidence ELSE excluded.evidence END
    RETURNING id, upstream_id, downstream_id
"""
_FIELDS = """
    INSERT INTO lineage_fieldedge AS f (edge_id, upstream_path, downstream_path, step, start, "end", first_seen_at,
        last_seen_at)
    SELECT DISTINCT ON (t.edge, t.source, t.target, t.step) t.edge, t.source, t.target, t.step, t.start, t.stop,
        %(seen)s, %(last)s
    FROM jsonb_to_recordset(%(fields)s::jsonb)
        AS t (edge bigint, source text, target text, step text, start int, stop int)
    ORDER BY t.edge, t.source, t.target, t.step, t.start
    ON CONFLICT (edge_id, md5(upstream_path), md5(downstream_path), step) WHERE closed_at IS NULL DO UPDATE SET
        first_seen_at = least(f.first_seen_at, excluded.first_seen_at),
        last_seen_at = greatest(f.last_seen_at, excluded.last_seen_at),
        start = excluded.start, "end" = excluded."end"
    RETURNING id
"""


def record_job(*, namespace: str, name: str, seen_at: datetime, source: Source | None = None, **values: Any) -> Job:
    """Return the job of this name, with `values` (attributes of `Job`) as they were told at `seen_at`.

    What was told later stays; a job that had been closed before is open again.
    """
    with transaction.atomic():
        job, made = Job.objects.select_for_update().get_or_create(
            namespace=namespace,
            name=name,
            defaults=values | {"source": source, "first_seen_at": seen_at, "last_seen_at": seen_at},
        )
        if not made:
            _update_job(job, seen_at, values | ({"source": source} if source else {}))
    return job


def _update_job(job: Job, seen_at: datetime, values: dict[str, Any]) -> None:
    if seen_at >= job.last_seen_at:
        for attribute, value in values.items():
            setattr(job, attribute, value)
        job.last_seen_at = seen_at
    if job.closed_at is not None and seen_at > job.closed_at:
        job.closed_at = None
    job.first_seen_at = min(job.first_seen_at, seen_at)
    job.save()


@transaction.atomic
def record_flows(
    *,
    origin: str,
    flows: Sequence[Flow],
    seen_at: datetime,
    job: Job | None = None,
    complete: bool = False,
    standing: bool = False,
) -> Written:
    """Write what `origin` says, by `job` where one makes it.

    `complete` says that this is all that the job makes: what the origin had said of it before `seen_at` and does not
    say now is closed. What is `standing` is looked at again and again, and has no time of being seen last. A dataset
    that reads from itself is left out: nothing comes of it.
    """
    distinct = _merged(flow for flow in flows if flow.upstream != flow.downstream)
    told = [{"upstream": up, "downstream": down, "evidence": flow.evidence} for (up, down), flow in distinct.items()]
    times = {"seen": seen_at, "last": None if standing else seen_at}
    with connection.cursor() as cursor:
        cursor.execute(_EDGES, {"origin": origin, "job": job.pk if job else None, "flows": json.dumps(told), **times})
        edges = {(up, down): pk for pk, up, down in cursor.fetchall()}
        rows = [_field_row(edges[ends], field) for ends, flow in distinct.items() for field in flow.fields]
        cursor.execute(_FIELDS, {"fields": json.dumps(rows), **times})
        written = Written(list(edges.values()), [pk for (pk,) in cursor.fetchall()])
    if complete:
        close_unsaid(origin=origin, job=job, but=written, seen_at=seen_at)
    return written


def _merged(flows: Iterable[Flow]) -> dict[tuple[int, int], Flow]:
    found: dict[tuple[int, int], Flow] = {}
    for flow in flows:
        ends = (flow.upstream, flow.downstream)
        before = found.get(ends)
        found[ends] = flow if before is None else before._replace(fields=before.fields + flow.fields)
    return found


def _field_row(edge: int, field: FieldFlow) -> dict[str, Any]:
    start, stop = field.span or (None, None)
    told = {"edge": edge, "source": plain(field.source), "target": plain(field.target), "step": field.step}
    return told | {"start": start, "stop": stop}


def close_unsaid(*, origin: str, job: Job | None, but: Written, seen_at: datetime) -> None:
    """Close what `origin` said of `job` before `seen_at`, but for what is told now."""
    said = Edge.objects.current().filter(origin=origin, job=job)
    close_edges(said.exclude(pk__in=but.edges).filter(last_seen_at__lt=seen_at).values_list("pk", flat=True), seen_at)
    stale = FieldEdge.objects.filter(edge__in=but.edges, closed_at=None, last_seen_at__lt=seen_at)
    stale.exclude(pk__in=but.fields).update(closed_at=seen_at)


def close_edges(ids: Iterable[int], closed_at: datetime | None = None) -> int:
    """Close edges, and the field edges in them; returns how many."""
    moment = closed_at or timezone.now()
    chosen = list(ids)
    FieldEdge.objects.filter(edge__in=chosen, closed_at=None).update(closed_at=moment)
    return Edge.objects.filter(pk__in=chosen, closed_at=None).update(closed_at=moment)


@transaction.atomic
def close_jobs_but(*, namespace: str, names: Collection[str], seen_at: datetime) -> int:
    """Close the jobs of a namespace that are no longer there, with all they made; returns how many."""
    gone = Job.objects.filter(namespace=namespace, closed_at=None, last_seen_at__lt=seen_at).exclude(name__in=names)
    ids = list(gone.values_list("pk", flat=True))
    close_edges(Edge.objects.current().filter(job__in=ids).values_list("pk", flat=True), seen_at)
    return Job.objects.filter(pk__in=ids).update(closed_at=seen_at)
