"""The overview of a dataset: what it is, may one trust it, whose it is, how to get at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.http import Http404, HttpResponseNotAllowed, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from catalog.classifying.tree import handling_of
from catalog.definition import formatted, may_read_definition
from catalog.models import Dataset
from catalog.protocol.requirements import lacking
from catalog.reach import connect_command, first_query, location
from catalog.relationships import keys_of, relationships
from catalog.searches import remember_search
from catalog.services import record_visit
from catalog.trust import trust_of
from catalog.views.gone import gone_page
from catalog.views.page import DatasetPage, open_page, reader
from core.partials import render_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from core.requests import Request
    from permissions.access import Viewer

PARTS = 50  # partitions named on the page


@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: Request, pk: int) -> HttpResponse:
    try:
        page = open_page(request, pk, "overview")
    except Http404:
        return gone_page(request, pk)
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    record_visit(actor=reader(request), dataset=page.dataset)
    _remember_search(request)
    context = {
        "page": page,
        "dataset": page.dataset,
        "lacking": lacking(page.dataset),
        "trust": trust_of(page.dataset, page.closed),
        "location": location(page.dataset.source),
        "connect": connect_command(page.dataset.source),
        "query": first_query(page.dataset),
        "marks": _marks(page.dataset),
        "handling": handling_of(reader(request), page.dataset),
        **_structure(request.user, page),
        **_definition(request.user, page),
    }
    return render_page(request, "catalog/dataset/overview.html", context)


def _remember_search(request: Request) -> None:
    """Keep the words that led here from the page of results: those were worth something."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc == request.get_host() and came.path == reverse("catalog:search"):
        remember_search(actor=reader(request), text=QueryDict(came.query).get("q", ""))


def _marks(dataset: Dataset) -> dict[str, Any]:
    return {"tags": list(dataset.tags.all()), "classifications": list(dataset.classifications.all())}


def _structure(viewer: Viewer, page: DatasetPage) -> dict[str, Any]:
    """Keys, relationships, partitions and indexes."""
    constraints = list(page.dataset.constraints.all())
    parts = Dataset.objects.visible_to(viewer).present().filter(parent=page.dataset)
    return {
        "keys": keys_of(constraints, page.closed),
        **relationships(viewer, page.dataset, constraints, page.closed)._asdict(),
        "parent": Dataset.objects.visible_to(viewer).filter(pk=page.dataset.parent_id).first()
        if page.dataset.parent_id
        else None,
        "parts": list(parts.order_by("name", "pk")[: PARTS + 1]),
        "parts_shown": PARTS,
        "indexes": list(page.dataset.indexes.all()) if page.plain else [],
    }


def _shown(details: dict[str, Any], depth: int = 1) -> Iterator[tuple[str, Any]]:
    """What fits a line, of the details and of their parts: what others told, and what was observed."""
    for name, value in details.items():
        if isinstance(value, str | int | float):
            yield name, value
        elif isinstance(value, dict) and depth:
            yield from _shown(value, depth - 1)


def _definition(viewer: Viewer, page: DatasetPage) -> dict[str, Any]:
    """The text of a view, and expressions and details that could name what is closed."""
    details = page.dataset.details if page.plain else None
    shown = list(_shown(details or {}))
    if not page.dataset.sql:
        return {"details": shown, "sql": "", "sql_closed": False}
    is_open = may_read_definition(viewer, page.dataset, page.closed)
    return {
        "details": shown,
        "sql": formatted(page.dataset.sql) if is_open else "",
        "sql_closed": not is_open,
    }
