"""The lineage panel of a dataset's page, which is also a page by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.views.page import open_page
from core.partials import render_page
from lineage.neighbours import downstream_of, upstream_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request


def panel(request: Request, pk: int) -> HttpResponse:
    page = open_page(request, pk, "lineage")
    context = {
        "page": page,
        "dataset": page.dataset,
        "upstream": upstream_of(request.user, page.dataset),
        "downstream": downstream_of(request.user, page.dataset),
    }
    return render_page(request, "lineage/panel.html", context, partial="panel")
