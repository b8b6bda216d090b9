"""The tree of classifications, a page for each, and what the council says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from catalog.classifying.forms import AddForm, EditForm
from catalog.classifying.reading import suggested_to
from catalog.classifying.tree import COUNCIL, add_classification, datasets_of, fields_of, tree_for
from catalog.curation.conflicts import version_of
from catalog.curation.kinds import KINDS
from catalog.curation.outcome import Conflict, Refused
from catalog.curation.services import edit
from catalog.models import Classification
from catalog.views.classifying import person_of
from core.paging import keyset_page
from core.partials import render_page
from core.toasts import notify
from permissions.roles import may_manage_rules

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request
    from permissions.models import User

LINES = 50
DATASETS = 50


@require_safe
def tree(request: Request) -> HttpResponse:
    person = person_of(request)
    waiting = suggested_to(person).exists()
    context = {"branches": tree_for(person), "manages": may_manage_rules(person), "waiting": waiting, "tab": "tree"}
    return render_page(request, "catalog/classifying/tree.html", context)


@require_safe
def classification(request: Request, slug: str) -> HttpResponse:
    person, found = person_of(request), get_object_or_404(Classification, slug=slug)
    fields = fields_of(person, found).order_by("pk")
    page = keyset_page(fields, order=("dataset__key", "pk"), cursor=request.GET.get("cursor") or None, size=LINES)
    parts = slug.split(".")
    around = Classification.objects.filter(slug__in=[".".join(parts[:at]) for at in range(1, len(parts))])
    context = {
        "classification": found,
        "around": list(around),
        "kinds": list(Classification.objects.filter(slug__startswith=f"{slug}.")),
        "page": page,
        "datasets": list(datasets_of(person, found).order_by("key")[:DATASETS]),
        "manages": may_manage_rules(person),
    }
    return render_page(request, "catalog/classifying/one.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    person, form = _council(request), AddForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_classification(actor=person, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            return redirect("catalog:classification_edit", made.slug)
    return _form(request, form, None)


@require_http_methods(["GET", "POST"])
def change(request: Request, slug: str) -> HttpResponse:
    person, found = _council(request), get_object_or_404(Classification, slug=slug)
    told = {name: getattr(found, name) for name in ("name", "description", "handling")}
    form = EditForm(request.POST or None, initial=told | {"base": version_of(KINDS["classification"], found.pk)})
    if request.method == "POST" and form.is_valid() and _save(person, found, form):
        notify(request, f"Saved: {found.name}.")
        return redirect(found)
    return _form(request, form, found)


def _save(person: User, found: Classification, form: EditForm) -> bool:
    told: dict[str, Any] = dict(form.cleaned_data)
    why, base = told.pop("why"), told.pop("base")
    try:
        edit(actor=person, thing=found, changes=told, why=why, base=base)
    except Refused as error:
        form.refuse(error.as_validation_error())
    except Conflict as error:
        changed = ", ".join(clash.fact for clash in error.clashes)
        form.add_error(None, f"Somebody changed this while you did: {changed}. Open it anew to see what it says now.")
    return not form.errors


def _council(request: Request) -> User:
    person = person_of(request)
    if not may_manage_rules(person):
        raise PermissionDenied(COUNCIL)
    return person


def _form(request: Request, form: Any, found: Classification | None) -> HttpResponse:
    context = {"form": form, "classification": found}
    return render_page(request, "catalog/classifying/edit.html", context, status=422 if form.errors else 200)
