"""From merged states to the store: jobs, runs, edges. What is written is a function of the states alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import connection

from catalog.models import Dataset
from lineage.models import Edge, FieldEdge, Job, Run
from lineage.naming import Told
from lineage.nodes import nodes_of
from lineage.openlineage import facets as read
from lineage.openlineage.events import Kind, Type
from lineage.openlineage.lattice import value_of
from lineage.openlineage.merging import columns_of, edges_of, facets_of, job_of, outcome, whole, written_by
from lineage.openlineage.statements import reread
from lineage.pulse import take_pulse
from lineage.recording import FieldFlow, Flow, close_edges, record_flows, record_job

if TYPE_CHECKING:
    from lineage.openlineage.facets import DatasetName, FieldSource, JobName
    from lineage.openlineage.lattice import State
    from lineage.openlineage.merging import EdgeSeen, Key

ORIGIN = Edge.Origin.OPENLINEAGE
SHAPES = ("edges", "writes", "columns", "ended")  # members of a job's state that its edges are made of
STATES = {
    Type.START: Run.State.RUNNING, Type.RUNNING: Run.State.RUNNING, Type.COMPLETE: Run.State.COMPLETED,
    Type.FAIL: Run.State.FAILED, Type.ABORT: Run.State.ABORTED, Type.OTHER: Run.State.UNKNOWN,
}  # fmt: skip
WHOLE = frozenset({"filter", "join", "group_by", "sort"})  # steps that decide rows, of whatever field they are said

_PARENTS = """
    UPDATE lineage_run r SET parent_id = p.id
    FROM lineage_reported c JOIN lineage_run p ON p.run_id = c.parent
    WHERE c.kind = 'run' AND c.parent IS NOT NULL AND r.run_id = c.name::uuid AND r.id <> p.id
        AND r.parent_id IS DISTINCT FROM p.id
        AND (%(all)s OR r.run_id = ANY(%(ids)s::uuid[]) OR c.parent = ANY(%(ids)s::uuid[]))
"""


def project(before: Mapping[Key, State], after: Mapping[Key, State]) -> None:
    """Write the jobs and runs whose states changed."""
    changed = {key: state for key, state in after.items() if before.get(key) != state}
    jobs = {key: _job(key, state, before.get(key)) for key, state in changed.items() if key.kind is Kind.JOB}
    known = {(key.namespace, key.name): job for key, job in jobs.items()}
    ran = {_run(UUID(key.name), state, known) for key, state in changed.items() if key.kind is Kind.RUN}
    take_pulse([pk for pk in ran if pk is not None])


def _job(key: Key, state: State, before: State | None) -> Job:
    job = record_job(namespace=key.namespace, name=key.name, seen_at=_seen(state)[1], **_told(state))
    first = _seen(state)[0]
    if job.first_seen_at > first:
        job.first_seen_at = first
        job.save(update_fields=["first_seen_at"])
    if _shape(state) != _shape(before or {}):
        _write_edges(job, state)
    return job


def _seen(state: State) -> tuple[datetime, datetime]:
    first, last = map(datetime.fromisoformat, state["seen"])
    return first, last


def _shape(state: State) -> dict[str, Any]:
    return {name: state.get(name) for name in SHAPES} | {"sql": state.get("facets", {}).get("sql")}


def _told(state: State) -> dict[str, Any]:
    """What is told of a job, as attributes of `Job`."""
    facets = facets_of(state)
    processing, integration, _ = read.job_type(facets.get("jobType", {}))
    query, dialect = read.sql(facets.get("sql", {}))
    code, language = read.source_code(facets.get("sourceCode", {}))
    owners = ", ".join(name for name, _ in read.owners(facets.get("ownership", {})))
    shown = {"sql", "sourceCode", "sourceCodeLocation", "documentation"}
    return {
        "processing": Dataset.Delivery.STREAMING if processing == "STREAMING" else Dataset.Delivery.BATCH,
        "technology": (integration or _technology(state))[:80],
        "description": read.documentation(facets.get("documentation", {})),
        "told_owner": owners,
        "code": query or code,
        "language": (dialect or "sql") if query else language,
        "location": read.location(facets.get("sourceCodeLocation", {})),
        "facets": {name: facet for name, facet in facets.items() if name not in shown},
    }


def _technology(state: State) -> str:
    """The last word of the producer's address, without its version."""
    return str(value_of(state.get("producer")) or "").rstrip("/").rpartition("/")[2]


class Meant(NamedTuple):
    """One edge of the store: names that mean one dataset are one end."""

    first_seen: datetime
    last_seen: datetime
    closed: datetime | None
    flow: Flow


def _write_edges(job: Job, state: State) -> None:
    """Make the edges that OpenLineage says of the job just those of its state."""
    edges, columns = _said(state)
    nodes = nodes_of({Told(*name) for edge in edges for name in (edge.upstream, edge.downstream)})
    evidence = {"producer": str(value_of(state.get("producer")) or "")}
    meant: dict[tuple[int, int], Meant] = {}
    for edge in edges:
        pair = nodes[Told(*edge.upstream)], nodes[Told(*edge.downstream)]
        fields = tuple(_fields(columns.get((edge.upstream, edge.downstream), ())))
        one = Meant(edge.first_seen, edge.last_seen, edge.closed, Flow(*pair, fields, evidence))
        if pair[0] != pair[1]:
            meant[pair] = _together(meant[pair], one) if pair in meant else one
    _open_again(job, meant)
    for seen, flows in _by_time(meant.values()):
        record_flows(origin=ORIGIN, flows=flows, seen_at=seen, job=job)
    _close(job, meant)


def _together(one: Meant, other: Meant) -> Meant:
    closed = max(one.closed, other.closed) if one.closed and other.closed else None
    flow = one.flow._replace(fields=tuple(dict.fromkeys(one.flow.fields + other.flow.fields)))
    return Meant(min(one.first_seen, other.first_seen), max(one.last_seen, other.last_seen), closed, flow)


def _said(state: State) -> tuple[list[EdgeSeen], Mapping[tuple[DatasetName, DatasetName], list[FieldSource]]]:
    """The edges of a job, and where fields come from along each; its SQL says it better than some producers do."""
    again, said = reread(state), columns_of(state)
    edges = {(edge.upstream, edge.downstream): edge for edge in edges_of(state)}
    columns: defaultdict[tuple[DatasetName, DatasetName], list[FieldSource]] = defaultdict(list)
    if again is not None:
        edges = {pair: edge for pair, edge in edges.items() if again.keeps(edge.upstream)}
        more = written_by(state, {again.output: again.inputs})
        edges |= {(edge.upstream, edge.downstream): edge for edge in more}
        sources = {again.output: again.columns}
    else:
        sources = {output: read.column_lineage(facet) for output, facet in said.items()}
    for output, found in sources.items():
        for one in found:
            if (one.dataset, output) in edges:
                columns[one.dataset, output].append(one)
    return list(edges.values()), columns


def _fields(sources: Iterable[FieldSource]) -> Iterator[FieldFlow]:
    for one in sources:
        step = _step(one)
        yield FieldFlow(one.field, "" if step in WHOLE else one.target, step)


def _step(source: FieldSource) -> str:
    if source.step in FieldEdge.Step.values:
        return source.step
    return FieldEdge.Step.TRANSFORMATION if source.direct else FieldEdge.Step.FILTER


def _by_time(meant: Iterable[Meant]) -> list[tuple[datetime, list[Flow]]]:
    """Flows by when they were seen last, then first: the store keeps the earliest and the latest that it is told."""
    found: defaultdict[datetime, list[Flow]] = defaultdict(list)
    for one in meant:
        for moment in {one.first_seen, one.last_seen}:
            found[moment].append(one.flow)
    return sorted(found.items(), reverse=True)


def _open_again(job: Job, meant: Collection[tuple[int, int]]) -> None:
    """An edge has one row, however often it went and came: its state says when it was seen, whatever came first."""
    closed = Edge.objects.filter(job=job, origin=ORIGIN, closed_at__isnull=False)
    again = [pk for pk, *pair in closed.values_list("pk", "upstream", "downstream") if tuple(pair) in meant]
    FieldEdge.objects.filter(edge__in=again).update(closed_at=None)
    Edge.objects.filter(pk__in=again).update(closed_at=None)


def _close(job: Job, meant: Mapping[tuple[int, int], Meant]) -> None:
    """Close what is over, and what is no longer said."""
    rows = Edge.objects.current().filter(job=job, origin=ORIGIN).values_list("pk", "upstream", "downstream")
    known = {pk: meant.get((up, down)) for pk, up, down in rows}
    _forget_fields({pk: one.flow for pk, one in known.items() if one is not None})
    for pk, one in known.items():
        if one is None or one.closed is not None:
            close_edges([pk], one.closed if one else job.last_seen_at)


def _forget_fields(flows: Mapping[int, Flow]) -> None:
    """Remove the field edges that are no longer said: which value of a facet came first must not show."""
    said = {(pk, one.source, one.target, str(one.step)) for pk, flow in flows.items() for one in flow.fields}
    rows = FieldEdge.objects.filter(edge__in=list(flows), closed_at=None)
    stale = [pk for pk, *rest in rows.values_list("pk", "edge", "upstream_path", "downstream_path", "step")
             if tuple(rest) not in said]  # fmt: skip
    FieldEdge.objects.filter(pk__in=stale).delete()


def _run(run_id: UUID, state: State, jobs: Mapping[tuple[str, str], Job]) -> int | None:
    """Write one run; returns the id of its job."""
    name = job_of(state)
    job = jobs.get(name) or _job_named(name)
    if job is None:
        return None
    ran, facets = outcome(state), facets_of(whole(state))
    nominal = read.nominal_time(facets.get("nominalTime", {}))
    Run.objects.update_or_create(
        run_id=run_id,
        defaults={
            "job": job, "state": STATES[ran.state], "started_at": ran.started, "ended_at": ran.ended,
            "nominal_start_at": nominal[0], "nominal_end_at": nominal[1],
            "error": read.error(facets.get("errorMessage", {})), "facets": _run_facets(state, facets),
            "first_seen_at": ran.first_seen, "last_seen_at": ran.last_seen,
        },
    )  # fmt: skip
    return job.pk


def _job_named(name: JobName) -> Job | None:
    return Job.objects.filter(namespace=name.namespace, name=name.name).first()


def _run_facets(state: State, facets: Mapping[str, Any]) -> dict[str, Any]:
    """Facets of the run, and under ``inputs`` and ``outputs`` those about what it read and wrote."""
    sides = whole(state)
    told = {
        side: {key: found for key, one in sides.get(side, {}).items() if (found := facets_of(one))}
        for side in ("inputs", "outputs")
    }
    return dict(facets) | {side: found for side, found in told.items() if found}


def link_parents(run_ids: Collection[UUID] | None) -> int:
    """Give runs the run that started them, where both are known; None looks at all. Returns how many."""
    with connection.cursor() as cursor:
        ids = [str(one) for one in run_ids or ()]
        cursor.execute(_PARENTS, {"all": run_ids is None, "ids": ids})
        return int(cursor.rowcount)
