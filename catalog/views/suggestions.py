"""Suggesting a change, the queue of those who decide, and what came of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from catalog.curation.conflicts import version_of
from catalog.curation.diffing import pieces
from catalog.curation.facts import NAMING
from catalog.curation.given import given
from catalog.curation.kinds import kind_of
from catalog.curation.outcome import Conflict, Refused
from catalog.curation.suggesting import (
    AlreadyDecided,
    accept,
    decline,
    may_decide,
    suggest,
    suggested_by,
    takes_suggestions,
    to_decide,
    visible_suggestion,
    withdraw,
)
from catalog.fact_forms import form_for
from catalog.forms import AddressForm
from catalog.models import Suggestion
from catalog.views.field import open_field
from catalog.views.page import open_page, reader
from core.paging import keyset_page
from core.partials import render_page
from core.toasts import notify
from permissions.things import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from catalog.curation.diffing import Piece
    from catalog.models import Dataset, Field
    from core.requests import Request
    from permissions.models import User

LINES = 30
SHOWN = 5
CHANGED = "Somebody changed it while you looked. Look at what stands there now, and decide again."


@require_http_methods(["GET", "POST"])
def new(request: Request, pk: int) -> HttpResponse:
    """Suggest facts of a dataset, or of its field ``?field=``."""
    page = open_page(request, pk, "overview")
    thing: Dataset | Field = page.dataset
    if (field_pk := request.GET.get("field", "")).isdecimal():
        thing = open_field(request.user, page, int(field_pk[:18]))
    facts = set(kind_of(thing).facts) - (set() if page.plain else NAMING)
    form = form_for(thing, request.user, request.POST or None, facts, all_facts=True)
    if request.method == "POST" and form.is_valid():
        try:
            suggest(actor=reader(request), thing=thing, changes=form.changes, why=form.cleaned_data["why"])
            notify(request, "Thank you. You are told what becomes of it.")
            return redirect(thing.get_absolute_url())
        except Refused as refused:
            form.refuse(refused)
    context = {
        "page": page, "dataset": page.dataset, "thing": thing, "form": form, "taken": takes_suggestions(page.dataset),
        "facts": form.bound_facts(),
    }  # fmt: skip
    return render_page(request, "catalog/suggestions/new.html", context, status=422 if form.errors else 200)


@require_safe
def queue(request: Request) -> HttpResponse:
    """Suggestions on what the reader curates, those on the most used data first."""
    return _listed(request, to_decide(reader(request)), ("-dataset__popularity", "pk"), "decide")


@require_safe
def waiting(request: Request) -> HttpResponse:
    """The first of them, for the home page."""
    person = reader(request)
    found = to_decide(person).order_by("-dataset__popularity", "pk")[: SHOWN + 1]
    lines = [one for one in found if may_decide(person, one)]
    context = {"lines": lines[:SHOWN], "more": len(found) > SHOWN}
    return render_page(request, "catalog/suggestions/queue.html", context, partial="queue")


@require_safe
def mine(request: Request) -> HttpResponse:
    """What the reader suggested, the latest first."""
    return _listed(request, suggested_by(reader(request)), ("-pk",), "mine")


def _listed(request: Request, found: Any, order: tuple[str, ...], tab: str) -> HttpResponse:
    cursor = AddressForm.of(request).data.get("cursor") or None
    listing = keyset_page(found, order=order, cursor=cursor, size=LINES)
    lines = [one for one in listing.items if tab == "mine" or may_decide(reader(request), one)]
    lines = [one for one in lines if tab == "decide" or visible_suggestion(reader(request), one.pk)]
    return render_page(request, "catalog/suggestions/list.html", {"listing": listing, "lines": lines, "tab": tab})


@require_http_methods(["GET", "POST"])
def one(request: Request, pk: int) -> HttpResponse:
    """One suggestion: what it would change, and the decision."""
    person = reader(request)
    found = visible_suggestion(person, pk)
    if found is None:
        raise Http404(NOTHING)
    decides = may_decide(person, found) and found.state == Suggestion.State.OPEN
    thing = found.thing
    base = version_of(kind_of(thing), thing.pk)  # read before what it is of
    form = form_for(thing, person, None, found.given, all_facts=True)
    form.initial |= found.given
    if request.method == "POST" and _decided(request, person, found):
        return redirect(found)
    context = {
        "suggestion": found, "decides": decides, "base": base, "facts": form.bound_facts(),
        "diffs": list(_diffs(person, found)), "own": found.author_id == person.pk,
    }  # fmt: skip
    return render_page(request, "catalog/suggestions/one.html", context)


def _diffs(person: User, found: Suggestion) -> Iterator[tuple[str, list[Piece], bool]]:
    """Each fact with what would go and come, and whether somebody changed it since it was suggested."""
    now, facts = given(found.thing, person), kind_of(found.thing).facts
    for name, value in found.given.items():
        yield facts[name].label, pieces(now.get(name, ""), value), now.get(name) != found.before[name]


def _decided(request: Request, person: User, found: Suggestion) -> bool:
    """Do what the button says; tells why where that cannot be."""
    answer, choice = request.POST.get("answer", "").replace("\0", ""), request.POST.get("choice", "")
    try:
        if choice == "accept":
            base = request.POST.get("base", "")
            changes = {name: request.POST.get(name, value) for name, value in found.given.items()}
            known = int(base) if base.isdecimal() and len(base) < 19 else None
            accept(actor=person, suggestion=found, changes=changes, answer=answer, base=known)
            notify(request, "Taken. Whoever suggested it is told, and named in the history.")
        elif choice == "decline":
            decline(actor=person, suggestion=found, answer=answer)
            notify(request, "Declined. They are told why.")
        else:
            withdraw(actor=person, suggestion=found)
            notify(request, "Withdrawn.")
        return True
    except (Refused, AlreadyDecided) as error:
        notify(request, str(error), level=messages.ERROR)
    except ValidationError as error:
        notify(request, " ".join(error.messages), level=messages.ERROR)
    except Conflict:
        notify(request, CHANGED, level=messages.WARNING)
    return False
