"""The workflows, one of them as a picture and as tables, and the form that writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from catalog.views.page import reader
from core.partials import render_page
from core.toasts import notify
from definitions.counted import counted_for, transitions_of
from definitions.models import Measure, Workflow
from definitions.picture import picture_of
from definitions.workflow_forms import WorkflowForm
from definitions.workflows import may_write_workflows, require_writer, save_workflow, states_of
from permissions.gate import find

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request


@require_safe
def workflows(request: Request) -> HttpResponse:
    """Every workflow that one may read."""
    viewer = reader(request)
    found = list(Workflow.objects.readable_by(viewer).with_context().prefetch_related("states__definition")[:500])
    measures = Measure.objects.filter(workflow__in=found).readable_by(viewer).newest()
    last = {measure.workflow_id: measure for measure in measures.select_related("dataset")}
    lines = [(one, [state.definition.name for state in one.states.all()], last.get(one.pk)) for one in found]
    context = {"lines": lines, "writes": may_write_workflows(viewer)}
    return render_page(request, "definitions/workflows/list.html", context)


@require_safe
def workflow(request: Request, slug: str) -> HttpResponse:
    """The states of a workflow, how many rows are in each, and how they moved."""
    viewer = reader(request)
    found = find(Workflow.objects.with_context(), viewer, slug=slug)
    counted = counted_for(viewer, found)
    states, moves = states_of(viewer, found), transitions_of(found)
    context = {
        "workflow": found, "counted": counted, "states": states, "transitions": moves,
        "picture": picture_of(states, moves, counted[0] if counted else None), "first": counted[0] if counted else None,
        "writes": may_write_workflows(viewer, found),
    }  # fmt: skip
    return render_page(request, "definitions/workflows/workflow.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, slug: str = "") -> HttpResponse:
    """Write a workflow with its states and transitions."""
    viewer = reader(request)
    found = find(Workflow.objects.with_context(), viewer, slug=slug) if slug else None
    require_writer(viewer, found)
    form = WorkflowForm(viewer, found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        saved = save_workflow(actor=viewer, workflow=found, written=form.written())
        notify(request, f"{saved.name} is saved.")
        return redirect(saved)
    context = {"form": form, "workflow": found}
    return render_page(request, "definitions/workflows/edit.html", context, status=422 if form.errors else None)
