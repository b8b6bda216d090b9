"""What people wrote: of one dataset, of everything, in one edit; and taking it back."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from catalog.curation.as_of import as_of, now
from catalog.curation.facts import FACTS, NAMING
from catalog.curation.history import changes_of_dataset, feed, moments, open_changes, shown, visible_edit, visible_edits
from catalog.curation.outcome import Refused
from catalog.curation.undo import undo_change, undo_edit, undo_person
from catalog.curation.words import Words
from catalog.forms import AddressForm
from catalog.models import Edit
from catalog.views.page import open_page, reader
from core.paging import keyset_page
from core.partials import render_page
from core.toasts import notify
from permissions.models import User
from permissions.things import NOTHING

if TYPE_CHECKING:
    from django.http import HttpResponse

    from catalog.curation.undo import Undone
    from catalog.views.page import DatasetPage
    from core.requests import Request

CHANGES = 60  # on one page
EDITS = 25
HOURS = ((1, "the last hour"), (24, "the last day"), (168, "the last week"))


class ChangesForm(AddressForm):
    """Whose changes, made how; of which field; and a day to look back to."""

    by = forms.CharField(required=False, max_length=150)
    origin = forms.ChoiceField(required=False, choices=[("", "In any way"), *Edit.Origin.choices])
    field = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    on = forms.DateField(required=False)
    cursor = forms.CharField(required=False)


@require_safe
def dataset(request: Request, pk: int) -> HttpResponse:
    """What people said of a dataset and its fields, latest first; ``?on=`` tells how it stood at the end of a day."""
    page, form = open_page(request, pk, "history"), ChangesForm.of(request)
    changes = changes_of_dataset(reader(request), page.dataset)
    if form.cleaned_data["field"]:
        changes = changes.filter(kind="field", thing_id=form.cleaned_data["field"])
    listing = keyset_page(changes, order=("-pk",), cursor=form.text("cursor") or None, size=CHANGES)
    context = {
        "page": page, "dataset": page.dataset, "listing": listing, "form": form,
        "moments": moments(shown(request.user, listing.items)), "then": _then(request, page, form),
    }  # fmt: skip
    return render_page(request, "catalog/dataset/changes.html", context)


def _then(request: Request, page: DatasetPage, form: ChangesForm) -> list[dict[str, Any]]:
    """The facts that stood otherwise at the end of the day that is asked for."""
    day = form.cleaned_data["on"]
    if day is None:
        return []
    then, today = as_of(page.dataset, datetime.combine(day, time.max, UTC)), now(page.dataset)
    kept = () if page.plain else NAMING
    differing = [name for name in FACTS["dataset"] if then[name] != today[name] and name not in kept]
    values = [(name, value) for name in differing for value in (then[name], today[name])]
    words = Words.for_values(request.user, values)
    told = (
        {
            "label": FACTS["dataset"][name].label,
            "then": words.tell("dataset", name, then[name]),
            "today": words.tell("dataset", name, today[name]),
        }
        for name in differing
    )
    return [one for one in told if one["then"] != one["today"]]


@require_safe
def everything(request: Request) -> HttpResponse:
    """Edits of what the reader may read, the latest first."""
    form = ChangesForm.of(request)
    edits = visible_edits(reader(request)).select_related("actor", "suggested_by")
    person = User.objects.filter(username=form.text("by")).first() if form.text("by") else None
    if form.text("by"):
        edits = edits.filter(actor=person) if person else edits.none()
    if origin := form.text("origin"):
        edits = edits.filter(origin=origin)
    listing = keyset_page(edits, order=("-pk",), cursor=form.text("cursor") or None, size=EDITS)
    context = {
        "form": form, "listing": listing, "moments": feed(request.user, listing.items), "person": person,
        "hours": HOURS, "origins": Edit.Origin.choices,
    }  # fmt: skip
    return render_page(request, "catalog/changes.html", context)


@require_safe
def one(request: Request, pk: int) -> HttpResponse:
    """One edit, with what it changed and what undoing it would do."""
    edit = _open(request, pk)
    form = ChangesForm.of(request)
    changes = edit.changes.filter(open_changes(request.user)).select_related("edit__actor", "edit__suggested_by")
    listing = keyset_page(changes, order=("pk",), cursor=form.text("cursor") or None, size=CHANGES)
    told = shown(request.user, listing.items)
    context = {"edit": edit, "listing": listing, "moments": moments(told), "undone_by": edit.undone_by.first()}
    return render_page(request, "catalog/edit_page.html", context)


def _open(request: Request, pk: int) -> Edit:
    edit = visible_edit(request.user, pk)
    if edit is None:
        raise Http404(NOTHING)
    return edit


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    """Take back an edit, or the one of its changes that ``change`` names; ``over`` even where it was changed since."""
    edit, over = _open(request, pk), bool(request.POST.get("over"))
    number = request.POST.get("change", "")
    try:
        if number.isdecimal() and len(number) < 19:
            change = get_object_or_404(edit.changes.filter(open_changes(request.user)), pk=int(number))
            undone = undo_change(actor=reader(request), change=change, over=over)
        else:
            undone = undo_edit(actor=reader(request), edit=edit, over=over)
        _tell(request, undone)
    except Refused as refused:
        notify(request, str(refused), level=messages.ERROR)
    return redirect(_back(request, reverse("catalog:edit", args=[pk])))


@require_POST
def undo_of_person(request: Request) -> HttpResponse:
    """Take back what somebody wrote in the last hours, as far as the actor may write it."""
    person = get_object_or_404(User, username=request.POST.get("by", "")[:150].replace("\0", ""))
    hours = request.POST.get("hours", "")
    within = int(hours) if hours in {str(number) for number, _ in HOURS} else 1
    try:
        undone = undo_person(actor=reader(request), person=person, since=timezone.now() - timedelta(hours=within))
        _tell(request, undone)
    except Refused as refused:
        notify(request, str(refused), level=messages.ERROR)
    return redirect(f"{reverse('catalog:changes')}?by={person.username}")


def _tell(request: Request, undone: Undone) -> None:
    told = f"Undone: {undone.facts:,} fact{'' if undone.facts == 1 else 's'}." if undone.edit else "Nothing was undone."
    if undone.changed_since:
        told += f" {undone.changed_since:,} left: somebody wrote there since."
    if undone.not_yours:
        told += f" {undone.not_yours:,} left: you may not write there."
    again = reverse("catalog:edit_undo", args=[undone.edit.pk]) if undone.edit else ""
    notify(request, told, level=messages.SUCCESS if undone.edit else messages.WARNING, undo=again)


def _back(request: Request, otherwise: str) -> str:
    """Where the button was pressed: a toast is on any page."""
    came = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure())
    return came if ours else otherwise
