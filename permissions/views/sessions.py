"""Where one is signed in, and for administrators where somebody else is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from core.toasts import notify
from permissions.models import User, UserSession
from permissions.roles import is_administrator
from permissions.second_factor.services import held_factors, remove_factors
from permissions.sessions.agents import described
from permissions.sessions.services import end_all_sessions, end_other_sessions, end_session
from permissions.views.tokens import signed_in

if TYPE_CHECKING:
    from core.requests import Request

SHOWN = 100


@require_GET
def sessions(request: Request) -> HttpResponse:
    """Every browser in which one is signed in."""
    return render(request, "permissions/sessions.html", _context(signed_in(request), request))


@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    """Signs one browser out: one's own, or as an administrator anybody's."""
    person = signed_in(request)
    session = get_object_or_404(UserSession.objects.select_related("user"), pk=pk)
    if session.user != person and not is_administrator(person):
        raise Http404
    end_session(actor=person, session=session)
    notify(request, "Signed out there.")
    return redirect("permissions:sessions") if session.user == person else _back_to(session.user)


@require_POST
def end_others(request: Request) -> HttpResponse:
    """Signs one out everywhere but here."""
    ended = end_other_sessions(actor=signed_in(request), keep=str(request.session.session_key))
    notify(request, f"Signed out in {ended} other place{'' if ended == 1 else 's'}.")
    return redirect("permissions:sessions")


@require_GET
def of_person(request: Request, username: str) -> HttpResponse:
    """Where somebody is signed in, and which second factors they have, for administrators."""
    person = _managed(request, username)
    context = _context(person, request) | {"person": person, "factors": held_factors(person)}
    return render(request, "permissions/sessions_of_person.html", context)


@require_POST
def end_all(request: Request, username: str) -> HttpResponse:
    """Signs somebody out everywhere."""
    person = _managed(request, username)
    ended = end_all_sessions(actor=signed_in(request), user=person)
    notify(request, f"Signed {person} out in {ended} place{'' if ended == 1 else 's'}.")
    return _back_to(person)


@require_POST
def take_factors(request: Request, username: str) -> HttpResponse:
    """Takes the second factors from somebody who has lost theirs."""
    person = _managed(request, username)
    removed = remove_factors(actor=signed_in(request), person=person)
    notify(request, f"Removed: {removed}. {person} signs in with the password alone until they add another.")
    return _back_to(person)


def _context(person: User, request: Request) -> dict[str, object]:
    found = list(UserSession.objects.filter(user=person).open()[:SHOWN])
    here = request.session.session_key
    lines = [{"session": one, "device": described(one.agent), "here": one.key == here} for one in found]
    return {"lines": sorted(lines, key=lambda line: not line["here"]), "others": any(one.key != here for one in found)}


def _managed(request: Request, username: str) -> User:
    """Somebody whom the administrator who asks may sign out. Raises `PermissionDenied` and `Http404`."""
    if not is_administrator(signed_in(request)):
        raise PermissionDenied("Only administrators see where others are signed in.")
    return get_object_or_404(User, username__iexact=username, is_service=False)


def _back_to(person: User) -> HttpResponse:
    return redirect("permissions:sessions_of_person", person.username)
