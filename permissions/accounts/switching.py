"""Closing and opening accounts by hand: administrators do, and one of them stays."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from permissions.accounts.closing import close_account, open_account
from permissions.appointing import require_administrator, require_some_administrator
from permissions.models import StaffMode, User


@transaction.atomic
def shut_out(*, actor: User, person: User) -> None:
    """Close an account: sessions, tokens, roles, grants and staff mode end at once.

    Raises `PermissionDenied`, and `ValidationError` for one's own account and for the last administrator.
    """
    require_administrator(actor)
    if person == actor:
        raise ValidationError("Nobody closes their own account. Ask another administrator.")
    close_account(actor=actor, person=person)
    StaffMode.objects.filter(person=person, ended_at=None).update(ended_at=timezone.now())
    require_some_administrator()


@transaction.atomic
def let_in(*, actor: User, person: User) -> None:
    """Let somebody sign in again; their roles, grants and teams return. Raises `PermissionDenied`."""
    require_administrator(actor)
    if not person.is_active:
        open_account(actor=actor, person=person)
