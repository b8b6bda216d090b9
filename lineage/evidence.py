"""Who says that one dataset reads from another: every origin by itself, with what it says of fields and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from catalog.closed import closed_fields_of
from catalog.definition import may_read_definition
from lineage.field_paths import closed_spots
from lineage.jobs import jobs_shown, may_read_code
from lineage.models import Edge, FieldEdge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lineage.models import Job, Node
    from permissions.access import Viewer

MOST_FIELDS = 500
LONGEST_CODE = 200_000


class Saying(NamedTuple):
    """What one origin says of the two."""

    edge: Edge
    job: Job | None  # None where it touches something that is closed as well
    fields: list[FieldEdge]
    code: SafeString | None  # with the places marked; None where there is none, or it is closed
    closed_code: bool
    problem: str
    disagrees: bool  # another origin that tells of fields says otherwise


def sayings(viewer: Viewer, upstream: Node, downstream: Node) -> list[Saying]:
    """Return what each origin says of two nodes that the viewer may read, those that hold now first."""
    edges = list(
        Edge.objects.filter(upstream=upstream, downstream=downstream)
        .select_related("job", "stated_by")
        .order_by("-closed_at", "origin", "-pk")[:20]
    )
    fields = {edge.pk: _fields(viewer, edge) for edge in edges}
    told = {edge.pk: _pairs(fields[edge.pk]) for edge in edges if edge.closed_at is None and fields[edge.pk]}
    return [
        _saying(
            viewer,
            edge,
            downstream,
            fields[edge.pk],
            any(pairs != told.get(edge.pk) for pairs in told.values()) and edge.pk in told,
        )
        for edge in sorted(edges, key=lambda edge: edge.closed_at is not None)
    ]


def _pairs(fields: Iterable[FieldEdge]) -> set[tuple[str, str]]:
    return {(one.upstream_path, one.downstream_path) for one in fields if one.downstream_path}


def _fields(viewer: Viewer, edge: Edge) -> list[FieldEdge]:
    held = FieldEdge.objects.filter(edge=edge, closed_at=edge.closed_at).order_by("downstream_path", "upstream_path")
    found = list(held[:MOST_FIELDS])
    spots = {(edge.upstream_id, one.upstream_path) for one in found}
    spots |= {(edge.downstream_id, one.downstream_path) for one in found if one.downstream_path}
    closed = closed_spots(viewer, spots)
    return [
        one
        for one in found
        if (edge.upstream_id, one.upstream_path) not in closed
        and (edge.downstream_id, one.downstream_path) not in closed
    ]


def _saying(viewer: Viewer, edge: Edge, downstream: Node, fields: list[FieldEdge], disagrees: bool) -> Saying:
    code, allowed, problem = _code(viewer, edge, downstream)
    job = edge.job if edge.job_id in jobs_shown(viewer, filter(None, [edge.job_id])) else None
    marked = mark_spans(code, [(one.start, one.end) for one in fields]) if code and allowed else None
    return Saying(edge, job, fields, marked, bool(code and not allowed), problem if allowed else "", disagrees)


def _code(viewer: Viewer, edge: Edge, downstream: Node) -> tuple[str, bool, str]:
    """The text that says so, whether the viewer may read it, and what could not be read of it."""
    if edge.job is not None:
        return edge.job.code, may_read_code(viewer, edge.job), edge.job.problem
    dataset = downstream.dataset
    if edge.origin != Edge.Origin.VIEW or dataset is None or not dataset.sql:
        return "", True, ""
    reading = getattr(dataset, "query_reading", None)
    problem = f"{reading.problem} Line {reading.line}." if reading and reading.problem else ""
    return dataset.sql, may_read_definition(viewer, dataset, closed_fields_of(viewer, dataset)), problem


def mark_spans(code: str, spans: Sequence[tuple[int | None, int | None]]) -> SafeString:
    """Code with stretches of it marked, all of it escaped; stretches that overlap are one."""
    text, parts, at = code[:LONGEST_CODE], [], 0
    for start, end in sorted({(start, end) for start, end in spans if start is not None and end is not None}):
        if at <= start < end <= len(text):
            parts += [escape(text[at:start]), format_html("<mark>{}</mark>", text[start:end])]
            at = end
    return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308 - every part is escaped above
