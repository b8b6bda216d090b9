"""Browsing: by source and container, and by domain."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.breadcrumbs import crumbs_to
from catalog.curation.kinds import editable_facts
from catalog.forms import BrowseForm
from catalog.models import Container, DataProduct, Dataset, Domain, Source
from catalog.overview import containers_of, domains_of, sources_of
from catalog.protocol.services import domains_to_write_for
from catalog.viewing import page_of
from catalog.views.page import reader
from catalog.vocabulary.making import may_make
from core.partials import render_page
from permissions.gate import find
from permissions.roles import may_manage_rules

if TYPE_CHECKING:
    from django.http import HttpResponse

    from catalog.querysets import DatasetQuerySet
    from core.requests import Request

WEEK = timedelta(days=7)
LINES = 50


@require_safe
def browse(request: Request) -> HttpResponse:
    sources = sources_of(request.user, timezone.now() - WEEK)
    return render_page(request, "catalog/browse/sources.html", {"sources": sources})


@require_safe
def source(request: Request, slug: str) -> HttpResponse:
    return _level(request, *_place(request, slug, None))


@require_safe
def container(request: Request, slug: str, pk: int) -> HttpResponse:
    return _level(request, *_place(request, slug, pk))


@require_safe
def tree(request: Request, slug: str, pk: int | None = None) -> HttpResponse:
    """What stands directly in a source or container: a branch of the tree, for scripts to open in place."""
    found, within = _place(request, slug, pk)
    context = {"source": found, "container": within, "containers": containers_of(request.user, found, within)}
    return render(request, "catalog/browse/branch.html", context)


@require_safe
def domains(request: Request) -> HttpResponse:
    adds = may_manage_rules(request.user) or domains_to_write_for(request.user).exists()
    context = {"domains": domains_of(request.user, timezone.now() - WEEK), "adds": adds}
    return render_page(request, "catalog/browse/domains.html", context)


@require_safe
def domain(request: Request, slug: str) -> HttpResponse:
    known = Domain.objects.visible_to(request.user)
    found = get_object_or_404(known.select_related("steward", "parent"), slug=slug)
    datasets = Dataset.objects.visible_to(request.user).filter(labels__contains=[f"domain:{slug}"])
    context = {
        "domain": found,
        "products": list(DataProduct.objects.visible_to(request.user).filter(domain=found).select_related("owner")),
        "edits": bool(editable_facts(request.user, found)),
        "adds": may_make(reader(request), "product", found),
        "children": list(known.filter(parent=found)),
        **_listing(request, datasets),
    }
    return render_page(request, "catalog/browse/domain.html", context)


def _place(request: Request, slug: str, pk: int | None) -> tuple[Source, Container | None]:
    """A source, or a container of it, that the viewer may read of."""
    if pk is None:
        return find(Source.objects.select_related("owner", "domain"), request.user, slug=slug), None
    containers = Container.objects.select_related("source", "source__owner", "source__domain")
    found = find(containers, request.user, source__slug=slug, pk=pk)
    return found.source, found


def _level(request: Request, source: Source, container: Container | None) -> HttpResponse:
    """One level of a source: the containers in it, and the datasets directly in it."""
    datasets = Dataset.objects.visible_to(request.user).filter(source=source, container=container)
    context = {
        "source": source,
        "container": container,
        "crumbs": crumbs_to(request.user, source, container),
        "containers": containers_of(request.user, source, container),
        **_listing(request, datasets),
    }
    return render_page(request, "catalog/browse/level.html", context)


def _listing(request: Request, datasets: DatasetQuerySet) -> dict[str, Any]:
    """A page of datasets by name, filtered as the form says, and the form."""
    form = BrowseForm.of(request)
    page = page_of(form.filtered(datasets), cursor=form.text("cursor") or None, size=LINES)
    return {"listing": page, "form": form}
