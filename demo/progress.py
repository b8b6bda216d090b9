"""Which stops of the tour somebody has seen.

Kept in a cookie: whoever takes the tour signs in as several people on the way, and each sign-in begins a new session.
"""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "concord_tour"
HIDDEN = "hidden"  # stands among the stops when the hint on the first page has been closed
SECONDS = 90 * 24 * 3600
SEPARATOR = "."


def marks_of(request: HttpRequest, known: Iterable[str]) -> frozenset[str]:
    """The stops seen, of those that are `known`; anything else in the cookie counts for nothing."""
    return frozenset(request.COOKIES.get(COOKIE, "").split(SEPARATOR)).intersection(known)


def keep_marks(response: HttpResponse, marks: Iterable[str]) -> None:
    """Let the browser remember."""
    response.set_cookie(
        COOKIE,
        SEPARATOR.join(sorted(marks)),
        max_age=SECONDS,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
