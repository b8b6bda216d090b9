"""Keeping the record of second factors, and taking them from somebody who has lost theirs."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from permissions.audit import record
from permissions.models import User
from permissions.roles import is_administrator
from permissions.second_factor.demanding import HAS_ONE


@transaction.atomic
def remove_factors(*, actor: User | None, person: User) -> int:
    """Take all second factors from somebody who has lost theirs; None acts at the command line.

    They sign in with their password alone until they add another. Raises `PermissionDenied`.
    """
    if actor is not None and (not is_administrator(actor) or actor == person):
        raise PermissionDenied("Administrators do this, for somebody else.")
    held = list(Authenticator.objects.filter(user=person))
    for factor in held:
        factor.delete()
        record("factor.removed", actor=actor, thing=person, before={"kind": str(factor.type)}, note="lost")
    return len(held)


def held_factors(person: User) -> list[Authenticator]:
    """Return the second factors somebody has."""
    return list(Authenticator.objects.filter(user=person).order_by("type", "pk"))


def note_added(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    """allauth calls this when somebody has added a factor."""
    record("factor.added", actor=user, thing=user, after={"kind": str(authenticator.type)})


def note_removed(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    """allauth calls this when somebody has removed a factor."""
    record("factor.removed", actor=user, thing=user, before={"kind": str(authenticator.type)})
    request.session.pop(HAS_ONE, None)
