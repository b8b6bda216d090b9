"""One ticket: reporting it, its page, and what is done to it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Dataset
from catalog.views.page import reader
from core.partials import render_page
from core.toasts import notify
from feedback.forms import CommentForm, MergeForm, MoveForm, PictureForm, ReportForm, RouteForm, SayForm, TriageForm
from feedback.kinds import KINDS
from feedback.linking import merge, route_upstream
from feedback.reading import find_subject, find_ticket, page_of, suggested_priority
from feedback.services import assign, move, prioritise, report, require_triager, set_due, watch
from feedback.similar import similar_tickets
from feedback.talking import comment, vote
from feedback.upstream import upstream_candidates
from feedback.workflow import State
from permissions.gate import find

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request
    from feedback.models import Ticket
    from feedback.reading import TicketPage
    from permissions.forms.requests import ServiceForm


@require_http_methods(["GET", "HEAD", "POST"])
def report_view(request: Request) -> HttpResponse:
    """Report something about ``?thing=``."""
    viewer, ref = reader(request), request.GET.get("thing", "")
    dataset, field = find_subject(viewer, ref)
    form = ReportForm(request.POST or None, initial={"kind": request.GET.get("kind", "wrong")})
    if request.method == "POST" and form.is_valid() and (made := _reported(request, dataset, field, form)):
        return redirect(made)
    similar = similar_tickets(viewer, dataset, str(form["title"].value() or ""))
    context = {"dataset": dataset, "field": field, "ref": ref, "form": form, "similar": similar, "kinds": KINDS}
    return render_page(request, "feedback/report.html", context, status=422 if form.errors else 200)


def _reported(request: Request, dataset: Dataset, field: Any, form: ReportForm) -> Ticket | None:
    try:
        made = report(actor=reader(request), dataset=dataset, field=field, **form.cleaned_data)
    except ValidationError as error:
        form.refuse(error)
        return None
    asked = f" {made.assignee} is asked." if made.assignee and made.assignee != request.user else ""
    notify(request, f"Reported as {made}.{asked} You are told what becomes of it.")
    return made


@require_safe
def similar(request: Request) -> HttpResponse:
    """Tickets like the title being typed."""
    viewer = reader(request)
    dataset, _ = find_subject(viewer, request.GET.get("thing", ""))
    found = similar_tickets(viewer, dataset, request.GET.get("title", "")[:200])
    return render_page(request, "feedback/similar.html", {"similar": found, "dataset": dataset}, partial="similar")


@require_safe
def ticket(request: Request, pk: int) -> HttpResponse:
    """The page of a ticket."""
    return _show(request, find_ticket(reader(request), pk))


def _show(request: Request, ticket: Ticket, refused: ServiceForm | None = None) -> HttpResponse:
    viewer = reader(request)
    page = page_of(viewer, ticket)
    forms: dict[str, ServiceForm] = {
        "comment": _comment_form(request, page),
        "picture": PictureForm(),
        "triage": TriageForm.of(ticket),
        "merge": MergeForm(),
    }
    if refused is not None:
        forms |= {name: refused for name, form in forms.items() if isinstance(refused, type(form))}
    context = {
        "page": page, "ticket": ticket, "dataset": ticket.dataset, "forms": forms, "refused": refused,
        "suggested": suggested_priority(viewer, ticket) if page.triages else None,
    }  # fmt: skip
    return render_page(request, "feedback/ticket.html", context, status=422 if refused else 200)


def _comment_form(request: Request, page: TicketPage) -> ServiceForm:
    """Empty, or with the ready answer that ``?answer=`` names."""
    words = next((one.body for one in page.ready if str(one.pk) == request.GET.get("answer")), "")
    return (SayForm if page.may_wait else CommentForm)(initial={"body": words})


@require_POST
def move_view(request: Request, pk: int) -> HttpResponse:
    """Take a step. From a board, back to it."""
    viewer = reader(request)
    found, form = find_ticket(viewer, pk), MoveForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form)
    given = form.cleaned_data
    seen = State(given["seen"]) if given["seen"] else None
    try:
        moved = move(actor=viewer, ticket=found, to=State(given["to"]), words=given["words"], seen=seen)
    except ValidationError as error:
        form.refuse(error)
        return _show(request, found, form)
    notify(request, f"{moved} is {moved.stands.words}.")
    return redirect(moved)


@require_POST
def triage(request: Request, pk: int) -> HttpResponse:
    """Say whose a ticket is, how urgent, and until when."""
    viewer = reader(request)
    found, form = find_ticket(viewer, pk), TriageForm(request.POST)
    require_triager(viewer, found)
    if form.is_valid() and _triaged(viewer, found, form):
        notify(request, f"{found} is sorted.")
        return redirect(found)
    return _show(request, found, form)


@transaction.atomic
def _set_all(viewer: Any, ticket: Ticket, given: dict[str, Any]) -> None:
    assign(actor=viewer, ticket=ticket, person=given["assignee"])
    prioritise(actor=viewer, ticket=ticket, priority=given["priority"])
    set_due(actor=viewer, ticket=ticket, day=given["due_on"])
    if ticket.stands is State.NEW:
        move(actor=viewer, ticket=ticket, to=State.TRIAGED)


def _triaged(viewer: Any, ticket: Ticket, form: TriageForm) -> bool:
    try:
        _set_all(viewer, ticket, form.cleaned_data)
    except ValidationError as error:
        form.refuse(error)
        return False
    return True


@require_POST
def comment_view(request: Request, pk: int) -> HttpResponse:
    """Say something under a ticket."""
    viewer = reader(request)
    found, form = find_ticket(viewer, pk), SayForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form)
    try:
        comment(actor=viewer, ticket=found, **form.cleaned_data)
    except ValidationError as error:
        form.refuse(error)
        return _show(request, found, form)
    return redirect(f"{found.get_absolute_url()}#say")


@require_POST
def vote_view(request: Request, pk: int) -> HttpResponse:
    """It hits me too, or not any more."""
    viewer = reader(request)
    found, on = find_ticket(viewer, pk), request.POST.get("on") != "no"
    if on and found.reporter_id == viewer.pk:
        raise PermissionDenied("You reported it: that it hits you is known.")
    vote(actor=viewer, ticket=found, on=on, use_case=request.POST.get("use_case", ""))
    return redirect(found)


@require_POST
def watch_view(request: Request, pk: int) -> HttpResponse:
    """Be told of it, or not any more."""
    viewer = reader(request)
    found, on = find_ticket(viewer, pk), request.POST.get("on") != "no"
    watch(actor=viewer, ticket=found, on=on)
    notify(request, "You are told of what happens to it." if on else "You are not told of it any more.")
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def route(request: Request, pk: int) -> HttpResponse:
    """Find where a problem comes from, and take it there."""
    viewer = reader(request)
    found = find_ticket(viewer, pk)
    require_triager(viewer, found)
    form = RouteForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (cause := _routed(request, found, form)):
        notify(request, f"Its cause is {cause}, of {cause.dataset.title or cause.dataset.name}.")
        return redirect(found)
    candidates = upstream_candidates(viewer, found.dataset)
    context = {"ticket": found, "dataset": found.dataset, "candidates": candidates, "form": form}
    return render_page(request, "feedback/route.html", context, status=422 if form.errors else 200)


def _routed(request: Request, ticket: Ticket, form: RouteForm) -> Ticket | None:
    viewer, given = reader(request), form.cleaned_data
    try:
        joining = find_ticket(viewer, given["joining"]) if given["joining"] else None
        if joining is None and not given["dataset"]:
            raise ValidationError("Choose a dataset, or a ticket of one.")
        dataset = joining.dataset if joining else find(Dataset.objects.with_context(), viewer, pk=given["dataset"])
        return route_upstream(actor=viewer, ticket=ticket, dataset=dataset, joining=joining, words=given["words"])
    except Http404:
        form.add_error(None, "There is no such dataset or ticket.")
    except ValidationError as error:
        form.refuse(error)
    return None


@require_POST
def merge_view(request: Request, pk: int) -> HttpResponse:
    """Close a ticket as the same as another."""
    viewer = reader(request)
    found, form = find_ticket(viewer, pk), MergeForm(request.POST)
    require_triager(viewer, found)
    if not form.is_valid():
        return _show(request, found, form)
    try:
        merge(actor=viewer, ticket=found, into=find_ticket(viewer, form.cleaned_data["into"]))
    except Http404:
        form.add_error("into", "There is no such ticket.")
        return _show(request, found, form)
    except ValidationError as error:
        form.refuse(error)
        return _show(request, found, form)
    notify(request, "Merged: who watched it is told of the other now.")
    return redirect(found)
