"""Pages of pipelines: the jobs, and one of them with its runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.partials import render_page
from lineage.evidence import mark_spans
from lineage.forms import JobsForm
from lineage.jobs import jobs_shown, may_read_code, visible_jobs
from lineage.models import Edge
from lineage.pipelines import Line, pipelines
from lineage.standing import causes_of, standing_of, waiting_for
from lineage.trend import HEIGHT, STEP, bars

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request

RUNS = 50


@require_safe
def jobs(request: Request) -> HttpResponse:
    """Every job that the reader may know of, those that stand worst above."""
    form = JobsForm(request.GET)
    found = pipelines(request.user, cursor=request.GET.get("cursor") or None, **form.sought)
    return render_page(request, "lineage/pipelines.html", {"form": form, "found": found, "sought": form.sought})


@require_safe
def job(request: Request, pk: int) -> HttpResponse:
    """One job: how it stands and why, its runs, what it reads and makes, its code."""
    found = visible_jobs(request.user).select_related("owner", "source").filter(pk=pk).first()
    if found is None:
        raise Http404("There is nothing at this address.")
    now = timezone.now()
    edges = Edge.objects.current().readable_by(request.user).filter(job=found)
    ends = edges.select_related("upstream__dataset__source", "downstream__dataset__source")[:200]
    readable = may_read_code(request.user, found)
    runs = list(found.runs.select_related("parent__job").order_by("-started_at", "-pk")[:RUNS])
    context = {
        "job": found,
        "line": Line(found, standing_of(found, now), causes_of(request.user, [found], now).get(found.pk, [])),
        "waiting": waiting_for(request.user, found, now),
        "reads": sorted({str(one.upstream): one.upstream for one in ends}.items()),
        "writes": sorted({str(one.downstream): one.downstream for one in ends}.items()),
        "code": mark_spans(found.code, []) if found.code and readable else "",
        "closed_code": bool(found.code) and not readable,
        "may_read_code": readable,
        "whole": found.pk in jobs_shown(request.user, [found.pk]),
        "runs": runs,
        "bars": bars(runs),
        "wide": max(len(runs), 10) * STEP,
        "high": HEIGHT,
    }
    return render_page(request, "lineage/job.html", context, partial="job")
