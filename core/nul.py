"""NUL characters in addresses: nobody means them, and PostgreSQL's texts cannot hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

NUL = "%00"


class NulMiddleware:
    """Takes them out of the query of every page. The API refuses them in words instead."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if NUL in query and not request.path_info.startswith("/api/"):
            request.META["QUERY_STRING"] = query.replace(NUL, "")
        return self.get_response(request)
