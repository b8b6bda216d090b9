"""Domains, data products and tags: their pages, adding them, changing them, and merging tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.curation.conflicts import version_of
from catalog.curation.kinds import KINDS, editable_facts
from catalog.curation.outcome import Conflict, Refused
from catalog.curation.services import edit
from catalog.fact_forms import FactForm, form_for, new_form
from catalog.forms import BrowseForm
from catalog.models import DataProduct, Dataset, Domain, Tag
from catalog.protocol.services import domains_to_write_for
from catalog.tabular.words import tags as visible_tags
from catalog.viewing import page_of
from catalog.views.page import reader
from catalog.vocabulary.making import COUNCIL, MADE_HERE, make_word
from catalog.vocabulary.merging import merge_tags
from core.partials import render_page
from core.toasts import notify
from permissions.models import Duty
from permissions.roles import may_manage_rules
from permissions.things import NOTHING

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import HttpResponse

    from core.requests import Request
    from permissions.models import User

LINES = 50
MOST_TAGS = 1_000
TITLES = {"domain": "domain", "product": "data product", "tag": "tag"}


@require_http_methods(["GET", "POST"])
def new(request: Request, kind: str) -> HttpResponse:
    """Add a domain, a data product or a tag."""
    person = reader(request)
    if kind not in MADE_HERE:
        raise Http404(NOTHING)
    if not may_add(person, kind):
        raise PermissionDenied(COUNCIL)
    initial = {name: request.GET.get(name, "") for name in ("parent", "domain") if request.GET.get(name)}
    form = new_form(kind, person, request.POST or None, initial)
    if request.method == "POST" and form.is_valid():
        try:
            values = {fact.name: form.cleaned_data[fact.name] for fact in form.facts}
            slug, why = form.cleaned_data["slug"], form.cleaned_data["why"]
            made: Any = make_word(actor=person, kind=kind, slug=slug, values=values, why=why)
        except Refused as refused:
            form.refuse(refused)
        else:
            notify(request, f"Added: {made}.")
            return redirect(made)
    return _form(request, form, kind, None)


def may_add(person: User, kind: str) -> bool:
    """Whether there is any place where the person may add one."""
    if may_manage_rules(person):
        return True
    if kind == "domain":
        return domains_to_write_for(person).exists()
    return kind == "product" and bool(Domain.objects.writable_by(person, Duty.CURATE).exists())


@require_http_methods(["GET", "POST"])
def change(request: Request, kind: str, slug: str) -> HttpResponse:
    """Change what is said of one: its name, what it lies in, who answers for it."""
    person = reader(request)
    thing = _found(person, kind, slug)
    if not editable_facts(person, thing):
        raise PermissionDenied("You may read this and not write it.")
    base = version_of(KINDS[kind], thing.pk)
    form = form_for(thing, person, request.POST or None)
    if request.method == "POST" and form.is_valid() and (response := _saved(request, person, thing, form)):
        return response
    return _form(request, form, kind, thing, base)


def _saved(request: Request, person: User, thing: Any, form: FactForm) -> HttpResponse | None:
    base = request.POST.get("base", "")
    known = int(base) if base.isdecimal() and len(base) < 19 else None
    try:
        done = edit(actor=person, thing=thing, changes=form.changes, why=form.cleaned_data["why"], base=known).edit
    except Refused as refused:
        form.refuse(refused)
        return None
    except Conflict as conflict:
        changed = ", ".join(clash.fact for clash in conflict.clashes)
        form.add_error(None, f"Somebody changed this while you did: {changed}. Open it anew to see what it says now.")
        return None
    undo = reverse("catalog:edit_undo", args=[done.pk]) if done else ""
    notify(request, "Saved." if done else "Nothing was changed.", undo=undo)
    return redirect(thing)


@require_safe
def product(request: Request, slug: str) -> HttpResponse:
    """A data product: what it promises, whom it is for, who answers for it, and its datasets."""
    person = reader(request)
    known = DataProduct.objects.visible_to(person).select_related("domain", "owner")
    found = get_object_or_404(known, slug=slug)
    form = BrowseForm.of(request)
    datasets = form.filtered(Dataset.objects.visible_to(person).filter(product=found))
    listing = page_of(datasets, cursor=form.text("cursor") or None, size=LINES)
    context = {
        "product": found, "form": form, "listing": listing, "edits": bool(editable_facts(person, found)),
    }  # fmt: skip
    return render_page(request, "catalog/vocabulary/product.html", context)


@require_safe
def tags(request: Request) -> HttpResponse:
    """Every tag that the reader may know of, with what carries it and who keeps it."""
    person = reader(request)
    seen = Q(datasets__in=Dataset.objects.readable_by(person).present())
    found: QuerySet[Tag] = visible_tags(person, {}).annotate(held=Count("datasets", filter=seen))
    writable = KINDS["tag"].writable(person, Duty.CURATE)
    context = {
        "tags": list(found.select_related("owner").order_by("name", "pk")[:MOST_TAGS]),
        "mine": set(writable.values_list("pk", flat=True)),
        "adds": may_add(person, "tag"),
    }  # fmt: skip
    return render_page(request, "catalog/vocabulary/tags.html", context)


@require_POST
def merge(request: Request, slug: str) -> HttpResponse:
    """Have another tag, ``into``, stand wherever this one does."""
    person = reader(request)
    tag = _found(person, "tag", slug)
    into = visible_tags(person, {}).filter(slug=request.POST.get("into", "")[:80].replace("\0", "")).first()
    if into is None:
        notify(request, "There is no such tag.", level=messages.ERROR)
        return redirect("catalog:word_edit", "tag", slug)
    try:
        done = merge_tags(actor=person, tag=tag, into=into)
    except Refused as refused:
        notify(request, str(refused), level=messages.ERROR)
        return redirect("catalog:word_edit", "tag", slug)
    undo = reverse("catalog:edit_undo", args=[done.pk])
    notify(request, f"{tag.name} is {into.name} now, wherever it stood.", undo=undo)
    return redirect("catalog:tags")


def _found(person: User, kind: str, slug: str) -> Any:
    if kind not in MADE_HERE:
        raise Http404(NOTHING)
    rows = visible_tags(person, {}) if kind == "tag" else KINDS[kind].visible(person)
    return get_object_or_404(rows, slug=slug)


def _form(request: Request, form: FactForm, kind: str, thing: Model | None, base: int = 0) -> HttpResponse:
    others = visible_tags(reader(request), {}).exclude(pk=thing.pk).order_by("name") if thing and kind == "tag" else ()
    context = {
        "form": form, "thing": thing, "kind": kind, "title": TITLES[kind], "base": base, "others": others,
        "up": reverse({"domain": "catalog:browse_domains", "tag": "catalog:tags"}.get(kind, "catalog:browse_domains")),
    }  # fmt: skip
    return render_page(request, "catalog/vocabulary/edit.html", context, status=422 if form.errors else 200)
