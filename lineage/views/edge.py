"""Why two datasets are connected: what each origin says, with the code that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.views.decorators.http import require_safe

from core.partials import render_page
from lineage.evidence import mark_spans, sayings
from lineage.jobs import jobs_shown, may_read_code, visible_jobs
from lineage.models import Edge, Node
from permissions.gate import find

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request


@require_safe
def edge(request: Request, upstream: int, downstream: int) -> HttpResponse:
    """Everything that anybody said of the two, now and before."""
    nodes = Node.objects.select_related("dataset__source", "dataset__query_reading")
    ends = {name: find(nodes, request.user, pk=pk) for name, pk in (("upstream", upstream), ("downstream", downstream))}
    said = sayings(request.user, ends["upstream"], ends["downstream"])
    if not said:
        raise Http404("Nobody says that one of these reads from the other.")
    return render_page(request, "lineage/edge.html", ends | {"sayings": said}, partial="evidence")


@require_safe
def job(request: Request, pk: int) -> HttpResponse:
    """One job: what it reads and makes, its code, and when it ran."""
    found = visible_jobs(request.user).select_related("owner").filter(pk=pk).first()
    if found is None:
        raise Http404("There is nothing at this address.")
    edges = Edge.objects.current().readable_by(request.user).filter(job=found)
    ends = edges.select_related("upstream__dataset__source", "downstream__dataset__source")[:200]
    allowed = may_read_code(request.user, found)
    context = {
        "job": found,
        "whole": found.pk in jobs_shown(request.user, [found.pk]),
        "may_read_code": allowed,
        "reads": sorted({str(one.upstream): one.upstream for one in ends}.items()),
        "writes": sorted({str(one.downstream): one.downstream for one in ends}.items()),
        "code": mark_spans(found.code, []) if found.code and allowed else "",
        "closed_code": bool(found.code) and not allowed,
        "runs": found.runs.order_by("-started_at")[:50],
    }
    return render_page(request, "lineage/job.html", context, partial="job")
