"""The list of sources, and a source's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.views.decorators.http import require_GET

from catalog.models import Dataset, Source
from catalog.overview import containers_of
from core.paging import keyset_page
from core.partials import render_page
from harvest.duties import may_manage, may_register
from harvest.models import RenameGuess, Run
from harvest.overview import lines_of
from harvest.seen import sees_whole
from harvest.views.opening import open_source, reader
from permissions.levels import Level

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.paging import Page
    from core.requests import Request
    from permissions.models import User

LINES = 50
RUNS = 10
GUESSES = 50


@require_GET
def sources(request: Request) -> HttpResponse:
    """Every source the person may know of, with its health."""
    viewer = reader(request)
    retired = request.GET.get("retired") == "1"
    known = Source.objects.visible_to(viewer)
    listed = known.filter(retired_at__isnull=not retired).select_related("owner", "domain")
    page = keyset_page(listed, order=("name", "pk"), cursor=request.GET.get("cursor"), size=LINES)
    context = {
        "page": page,
        "lines": lines_of(page.items, viewer),
        "retired": retired,
        "retired_count": known.exclude(retired_at=None).count(),
        "registers": may_register(viewer),
    }
    return render_page(request, "harvest/sources.html", context)


@require_GET
def source(request: Request, slug: str) -> HttpResponse:
    """One source: how its harvests went, what is in it, what waits for a decision."""
    found = open_source(request, slug)
    viewer = reader(request)
    quoted = sees_whole(found, viewer, Level.READ)  # whether texts may be shown that name what is in it
    context = {
        "source": found,
        "line": lines_of([found], viewer)[0],
        "manages": may_manage(viewer, found),
        "whole": quoted or sees_whole(found, viewer),
        "quoted": quoted,
        "containers": [one for one in containers_of(viewer, found, None) if one.datasets],
        "active": Run.objects.active().filter(source=found).first(),
        **_runs(request, found),
        **_guesses(found, viewer),
    }
    return render_page(request, "harvest/source.html", context)


def _runs(request: Request, source: Source) -> dict[str, Any]:
    runs = Run.objects.filter(source=source).select_related("requested_by", "source").defer("diff")
    page: Page[Run] = keyset_page(runs, order=("-created_at", "-pk"), cursor=request.GET.get("cursor"), size=RUNS)
    return {"page": page}


def _guesses(source: Source, viewer: User) -> dict[str, Any]:
    """Open guesses between two datasets the viewer may read, likeliest first."""
    mine = Run.objects.filter(source=source).values("pk")
    guesses = RenameGuess.objects.filter(run__in=mine, state=RenameGuess.State.OPEN)
    open_to = guesses.filter(old__in=_readable(source, viewer), new__in=_readable(source, viewer))
    found = open_to.select_related("old", "new").order_by("-confidence", "pk")
    return {"guesses": list(found[:GUESSES])}


def _readable(source: Source, viewer: User) -> Any:
    return Dataset.objects.readable_by(viewer).filter(source=source).values("pk")
