"""One proposal: what it would change, what is said of it, and the vote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.views.page import reader
from core.partials import render_page
from core.toasts import notify
from definitions.council_forms import AmendForm, DecideForm, RemarkForm, VoteForm
from definitions.deciding import cast_vote, close_vote, decide_locally
from definitions.forms import BindingFormSet, initial_of
from definitions.proposals import find_proposal, page_of
from definitions.proposing import amend, withdraw
from definitions.remarks import remark
from definitions.views.drafts import bound_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request
    from definitions.models import Proposal
    from permissions.forms.requests import ServiceForm


@require_safe
def proposal(request: Request, pk: int) -> HttpResponse:
    """The page of a proposal."""
    return _show(request, find_proposal(reader(request), pk))


def _show(request: Request, proposal: Proposal, refused: ServiceForm | None = None) -> HttpResponse:
    page = page_of(reader(request), proposal)
    forms: dict[str, ServiceForm] = {
        "vote": VoteForm(seats=page.my_seats, initial={"seen": proposal.version.number}),
        "remark": RemarkForm(), "decide": DecideForm(),
    }  # fmt: skip
    if refused is not None:
        forms |= {name: refused for name, form in forms.items() if type(refused) is type(form)}
    context = {
        "page": page,
        "proposal": proposal,
        "definition": proposal.definition,
        "forms": forms,
        "refused": refused,
    }
    return render_page(request, "definitions/proposal.html", context, partial="vote", status=422 if refused else 200)


@require_safe
def tally(request: Request, pk: int) -> HttpResponse:
    """How a vote stands: a part of the page, read anew while a meeting lasts."""
    found = find_proposal(reader(request), pk)
    context = {"page": page_of(reader(request), found), "proposal": found, "definition": found.definition}
    return render_page(request, "definitions/tally_page.html", context, partial="tally")


@require_POST
def vote(request: Request, pk: int) -> HttpResponse:
    """Vote for a seat."""
    viewer = reader(request)
    found = find_proposal(viewer, pk)
    form = VoteForm(request.POST, seats=page_of(viewer, found).my_seats)
    if not form.is_valid():
        return _show(request, found, form)
    try:
        cast_vote(actor=viewer, proposal=found, **form.cleaned_data)
    except ValidationError as error:
        form.refuse(error)
        return _show(request, find_proposal(viewer, pk), form)
    notify(request, "Your vote is counted. You may change it until the vote closes.")
    return redirect(f"{found.get_absolute_url()}#vote")


@require_POST
def say(request: Request, pk: int) -> HttpResponse:
    """Say something about it."""
    viewer = reader(request)
    found, form = find_proposal(viewer, pk), RemarkForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form)
    remark(actor=viewer, proposal=found, **form.cleaned_data)
    return redirect(f"{found.get_absolute_url()}#said")


@require_http_methods(["GET", "HEAD", "POST"])
def amend_view(request: Request, pk: int) -> HttpResponse:
    """Put another text in its place, and begin the vote anew."""
    viewer = reader(request)
    found = find_proposal(viewer, pk)
    page = page_of(viewer, found)
    if not page.may_amend:
        raise PermissionDenied("Those who propose it and those who decide on it amend it, while it is decided on.")
    text, rows = initial_of(found.version, page.shown.bindings)
    form = AmendForm(request.POST or None, initial={**text, "change_note": "", "seen": found.version.number})
    form.fields["change_note"].required = True
    bindings = BindingFormSet(request.POST or None, prefix="bindings", initial=rows, form_kwargs={"viewer": viewer})
    if request.method == "POST" and form.is_valid() and bindings.is_valid():
        try:
            amend(
                actor=viewer, proposal=found, text=form.text(), bindings=bound_of(bindings),
                seen=form.cleaned_data["seen"],
            )  # fmt: skip
        except ValidationError as error:
            form.refuse(error)
        else:
            notify(request, "Amended. The vote begins anew, and those who decide are told.")
            return redirect(found)
    context = {
        "definition": found.definition, "proposal": found, "form": form, "bindings": bindings, "base": found.version,
        "cancel": found.get_absolute_url(),
    }  # fmt: skip
    return render_page(request, "definitions/edit.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def decide(request: Request, pk: int) -> HttpResponse:
    """Approve or decline a local definition."""
    viewer = reader(request)
    found, form = find_proposal(viewer, pk), DecideForm(request.POST)
    approve = request.POST.get("decision") == "approve"
    if form.is_valid():
        try:
            decide_locally(actor=viewer, proposal=found, approve=approve, words=form.cleaned_data["words"])
        except ValidationError as error:
            form.refuse(error)
        else:
            notify(request, "Approved, and in force." if approve else "Declined. The reason stays with it.")
            return redirect(found.definition if approve else found)
    return _show(request, find_proposal(viewer, pk), form)


@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    """Close the vote: every seat has voted, or its time is over."""
    viewer = reader(request)
    found = find_proposal(viewer, pk)
    try:
        decided = close_vote(actor=viewer, proposal=found)
    except ValidationError as error:
        notify(request, " ".join(error.messages))
        return redirect(found)
    notify(request, f"{decided.get_state_display().capitalize()}. {decided.outcome}")
    return redirect(found)


@require_POST
def withdraw_view(request: Request, pk: int) -> HttpResponse:
    """Take it back."""
    viewer = reader(request)
    found, form = find_proposal(viewer, pk), DecideForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form)
    try:
        withdraw(actor=viewer, proposal=found, words=form.cleaned_data["words"])
    except ValidationError as error:
        notify(request, " ".join(error.messages))
        return redirect(found)
    notify(request, "Taken back. Its text stays for its reviewers to read.")
    return redirect(found)
