"""One view for a page and for the region of it that htmx swaps."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from core.requests import Request, wants_partial


def render_page(
    request: Request,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    partial: str = "results",
    status: int | None = None,
) -> HttpResponse:
    """The whole page, or only the `{% partialdef %}` named `partial` when htmx asks for a region.

    Where there is no such partial, the page: whoever asks chooses the header, and must not be answered with an error.
    Caches keep the two apart by ``Vary: HX-Request``.
    """
    names = [f"{template}#{partial}", template] if wants_partial(request) else [template]
    response = render(request, names, dict(context or {}), status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted", "HX-History-Restore-Request"])
    return response
