"""Editing what people say of a dataset or a field, on a page that works without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from catalog.curation.conflicts import version_of
from catalog.curation.diffing import pieces
from catalog.curation.facts import NAMING
from catalog.curation.kinds import kind_of, may_edit
from catalog.curation.outcome import Conflict, Refused
from catalog.curation.provenance import marks
from catalog.curation.services import edit, keep_mine
from catalog.curation.words import Words
from catalog.fact_forms import FactForm, form_for
from catalog.models import Dataset, Field
from catalog.models.tracked import TRACKED
from catalog.views.field import open_field
from catalog.views.page import open_page, reader
from core.markdown import to_html
from core.partials import render_page
from core.toasts import notify

if TYPE_CHECKING:
    from django.db.models import Model

    from catalog.curation.outcome import Clash
    from catalog.views.page import DatasetPage
    from core.requests import Request

LONGEST_PREVIEW = 50_000
NOT_YOURS = "You may read this and not write it. You can suggest a change to those who answer for it."


class Written(NamedTuple):
    """What is edited, where it is shown, and the page around it."""

    page: DatasetPage
    thing: Model
    url: str


@require_http_methods(["GET", "POST"])
def dataset(request: Request, pk: int) -> HttpResponse:
    """Everything that the reader may write of a dataset, or the facts of ``?fact=``."""
    page = open_page(request, pk, "overview")
    return _edit(request, Written(page, page.dataset, page.dataset.get_absolute_url()))


@require_http_methods(["GET", "POST"])
def field(request: Request, pk: int, field_pk: int) -> HttpResponse:
    """Everything that the reader may write of a field."""
    page = open_page(request, pk, "schema")
    found = open_field(request.user, page, field_pk)
    return _edit(request, Written(page, found, found.get_absolute_url()))


def _edit(request: Request, written: Written) -> HttpResponse:
    base = version_of(kind_of(written.thing), written.thing.pk)  # read before the thing: never newer than what is shown
    written.thing.refresh_from_db(fields=[*TRACKED[kind_of(written.thing).name].values(), "kept_over"])
    asked = set(request.GET.getlist("fact")) or set(kind_of(written.thing).facts)
    only = asked if written.page.plain else asked - NAMING
    form = form_for(written.thing, request.user, request.POST or None, only)
    if not form.facts:
        return _suggest_instead(request, written)
    clashes: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, written, form)
        except Refused as refused:
            form.refuse(refused)
        except Conflict as conflict:
            clashes = [_told(request, written.thing, clash) for clash in conflict.clashes]
    return _show(request, written, form, base, clashes)


def _suggest_instead(request: Request, written: Written) -> HttpResponse:
    """Lead who may read and not write to where they can suggest. Raises `PermissionDenied` for what was sent."""
    if request.method == "POST":
        raise PermissionDenied(NOT_YOURS)
    field = f"?field={written.thing.pk}" if isinstance(written.thing, Field) else ""
    return redirect(reverse("catalog:suggest_change", args=[written.page.dataset.pk]) + field)


def _save(request: Request, written: Written, form: FactForm) -> HttpResponse:
    base = request.POST.get("base", "")
    outcome = edit(
        actor=reader(request), thing=written.thing, changes=form.changes, why=form.cleaned_data["why"],
        base=int(base) if base.isdecimal() and len(base) < 19 else None,
    )  # fmt: skip
    if outcome.edit:
        notify(request, "Saved.", undo=reverse("catalog:edit_undo", args=[outcome.edit.pk]))
    else:
        notify(request, "Nothing was changed.", level=messages.INFO)
    return redirect(written.url)


def _show(request: Request, written: Written, form: FactForm, base: int, clashes: list[dict[str, Any]]) -> HttpResponse:
    said = marks(written.thing)
    context = {
        "page": written.page, "dataset": written.page.dataset, "thing": written.thing, "form": form, "base": base,
        "back": written.url, "clashes": clashes, "kind": kind_of(written.thing).name,
        "facts": [(bound, said.get(bound.name)) for bound in form.bound_facts()],
    }  # fmt: skip
    status = 409 if clashes else 422 if form.errors else 200
    return render_page(request, "catalog/edit.html", context, partial="form", status=status)


def _told(request: Request, thing: Model, clash: Clash) -> dict[str, Any]:
    """Both sides of a clash, in words, and what differs between them."""
    kind = kind_of(thing)
    values = (clash.theirs, clash.mine)
    words = Words.for_values(request.user, [(clash.fact, value) for value in values])
    theirs, mine = (words.tell(kind.name, clash.fact, value) for value in values)
    label = kind.facts[clash.fact].label
    return {"clash": clash, "label": label, "theirs": theirs, "mine": mine, "pieces": pieces(theirs, mine)}


@require_POST
def settle(request: Request, pk: int) -> HttpResponse:
    """Settle between a person's words and the source's: ``source`` takes the first away, ``mine`` keeps them."""
    page = open_page(request, pk, "overview")
    thing: Model = page.dataset
    if (field_pk := request.POST.get("field", "")).isdecimal():
        thing = open_field(request.user, page, int(field_pk[:18]))
    fact = request.POST.get("fact", "")
    if fact not in kind_of(thing).facts or not may_edit(request.user, thing, fact):
        raise PermissionDenied(NOT_YOURS)
    try:
        if request.POST.get("choice") == "source":
            done = edit(actor=reader(request), thing=thing, changes={fact: ""}, why="The source's words").edit
            undo = reverse("catalog:edit_undo", args=[done.pk]) if done else ""
            notify(request, "The source's words stand there now.", undo=undo)
        else:
            keep_mine(actor=reader(request), thing=thing, fact=fact)
            notify(request, "Kept. You are not asked again until the source changes.")
    except Refused as refused:
        notify(request, str(refused), level=messages.ERROR)
    return redirect(thing.get_absolute_url() if not isinstance(thing, Dataset) else page.dataset)  # type: ignore[attr-defined]


@require_POST
def preview(request: Request) -> HttpResponse:
    """Markdown as it will be shown: a fragment."""
    text = next((value for name, value in request.POST.items() if name in ("readme", "description", "service")), "")
    html = to_html(str(text)[:LONGEST_PREVIEW]) or "Nothing yet."
    return HttpResponse(f'<div class="prose">{html}</div>')
