"""The index of definitions, one definition, and its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.views.decorators.http import require_safe

from catalog.models import Domain
from catalog.views.page import reader
from core.paging import keyset_page
from core.partials import render_page
from definitions.forms import DiffForm, ListForm
from definitions.reading import (
    ORDER,
    definitions_for,
    differences,
    find_definition,
    find_version,
    page_of,
    shown,
)
from permissions.things import NOTHING

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request

LINES = 50


@require_safe
def index(request: Request) -> HttpResponse:
    """Every definition that one may read, by domain, kind and status."""
    viewer, form = reader(request), ListForm(request.GET)
    wanted = form.wanted()
    found = definitions_for(viewer, wanted)
    page = keyset_page(found, order=ORDER, cursor=request.GET.get("cursor") or None, size=LINES)
    domains = Domain.objects.visible_to(viewer).filter(definitions__isnull=False).distinct().order_by("name")
    context = {"form": form, "wanted": wanted, "page": page, "domains": domains}
    return render_page(request, "definitions/index.html", context)


@require_safe
def definition(request: Request, slug: str) -> HttpResponse:
    """What a word means: the version in force."""
    viewer = reader(request)
    found = find_definition(viewer, slug)
    page = page_of(viewer, found)
    return render_page(request, "definitions/definition.html", {"page": page, "definition": found})


@require_safe
def version(request: Request, slug: str, number: int) -> HttpResponse:
    """What a word meant, or would mean."""
    viewer = reader(request)
    found = find_definition(viewer, slug)
    page = page_of(viewer, found, find_version(viewer, found, number))
    return render_page(request, "definitions/definition.html", {"page": page, "definition": found, "old": True})


@require_safe
def diff(request: Request, slug: str) -> HttpResponse:
    """What differs between two versions, ``?a=`` and ``?b=``."""
    viewer, form = reader(request), DiffForm(request.GET)
    found = find_definition(viewer, slug)
    if not form.is_valid():
        raise Http404(NOTHING)
    before, after = (find_version(viewer, found, form.cleaned_data[name]) for name in ("a", "b"))
    versions = page_of(viewer, found, after).versions
    told = differences(shown(viewer, before), shown(viewer, after))
    context = {"definition": found, "before": before, "after": after, "diffs": told, "versions": versions}
    return render_page(request, "definitions/diff.html", context)
