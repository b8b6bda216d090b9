"""The palette, the pattern page and the error pages."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import palette as palettes
from core.patterns import examples
from core.states import STATES

LONGEST_QUERY = 200


@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """What the palette finds for ``?q=``: a fragment for the dialog."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    return render(request, "core/palette_results.html", {"query": query, "groups": palettes.find(request.user, query)})


@require_GET
def patterns(request: HttpRequest) -> HttpResponse:
    """Every component in both themes."""
    return render(request, "core/patterns.html", {"states": STATES, **examples(request)})


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 with the reason, where the exception carries one.

    Its `thing` is what was asked for. Its `explanation` has .level, .rules (each .reason, .owner, .review_on) and,
    where access can be asked for, .request_url.
    """
    signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    return _error(
        request,
        403,
        frame="base.html" if signed_in else "ui/entrance.html",
        thing=getattr(exception, "thing", None),
        explanation=getattr(exception, "explanation", None),
        message=str(exception),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 400, message=str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 404)


def _error(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    return render(request, f"{status}.html", context, status=status)
