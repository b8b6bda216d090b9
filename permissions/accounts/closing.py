"""Shutting an account, at once and everywhere, and opening it again."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from permissions.audit import record
from permissions.models import Token, User, UserSession
from permissions.sessions.services import end_sessions


@transaction.atomic
def close_account(*, actor: User | None, person: User, note: str = "") -> None:
    """Shut somebody out at once: their sessions end, and their tokens are revoked, for good."""
    was_open = person.is_active
    person.is_active = False
    User.objects.filter(pk=person.pk).update(is_active=False)
    Token.objects.filter(owner=person, revoked_at=None).update(revoked_at=timezone.now())
    end_sessions(UserSession.objects.filter(user=person).open(), actor=actor, note=note)
    if was_open:
        record("person.closed", actor=actor, thing=person, note=note)


@transaction.atomic
def open_account(*, actor: User | None, person: User, note: str = "") -> None:
    """Let somebody in again; they make new tokens."""
    person.is_active = True
    User.objects.filter(pk=person.pk).update(is_active=True)
    record("person.opened", actor=actor, thing=person, note=note)
