"""The request as views see it once the middleware has run."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """A request that knows whether htmx sent it."""

    htmx: HtmxDetails


def wants_partial(request: Request) -> bool:
    """Whether htmx asks for a region to swap, and not for a whole page (boosted links, pages restored from history)."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request
