"""Tells each request whether its person is in staff mode, in this browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permissions.audit import note
from permissions.models import StaffMode, User
from permissions.roles import is_administrator

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

KEY = "staff_mode"  # in the session: signing out ends it, and another browser has none
SAFE = ("GET", "HEAD", "OPTIONS")


class StaffModeMiddleware:
    """Sets `staff_mode` of the person, and records each thing they then do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if KEY in request.session and isinstance(request.user, User):
            request.user.staff_mode = _in_force(request.user, request.session[KEY])
            if request.user.staff_mode is None:
                del request.session[KEY]
            elif request.method not in SAFE:
                note("staff.acted", actor=request.user, thing=f"{request.method} {request.path}")
        return self.get_response(request)


def _in_force(person: User, pk: int) -> StaffMode | None:
    """The person's staff mode, while it lasts and they are an administrator."""
    mode = StaffMode.objects.filter(pk=pk, person=person).first()
    return mode if mode and mode.in_force and is_administrator(person) else None
