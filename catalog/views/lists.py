"""What one opened last, and what many open: the whole lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_GET

from catalog.viewing import popular, recently_viewed
from catalog.views.page import reader
from core.paging import keyset_page
from core.partials import render_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request

LINES = 50


@require_GET
def recent(request: Request) -> HttpResponse:
    cursor = request.GET.get("cursor") or None
    page = keyset_page(recently_viewed(reader(request)), order=("-visited_at", "-pk"), cursor=cursor, size=LINES)
    return render_page(request, "catalog/lists/recent.html", {"listing": page})


@require_GET
def popular_datasets(request: Request) -> HttpResponse:
    cursor = request.GET.get("cursor") or None
    page = keyset_page(popular(reader(request)), order=("-popularity", "-pk"), cursor=cursor, size=LINES)
    return render_page(request, "catalog/lists/popular.html", {"listing": page})
