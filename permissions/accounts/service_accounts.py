"""Accounts of programs: nobody signs in to them, and somebody answers for each."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from permissions.audit import record
from permissions.models import User
from permissions.roles import is_administrator


def may_manage(actor: User) -> bool:
    """Whether `actor` makes service accounts and says who answers for them."""
    return is_administrator(actor)


@transaction.atomic
def create_service_account(*, actor: User, username: str, name: str, purpose: str, answered_by: User) -> User:
    """Make an account for a program. Raises `ValidationError` when a part does not fit, `PermissionDenied`."""
    _require_manager(actor)
    account = User(username=username, first_name=name.strip(), title=purpose.strip(), is_service=True)
    account.set_unusable_password()
    _answer_for(account, answered_by)
    record("person.created", actor=actor, thing=account, after=_told(account), note="service account")
    return account


@transaction.atomic
def change_service_account(*, actor: User, account: User, answered_by: User, is_active: bool) -> User:
    """Say who answers for it, and whether its tokens hold. Raises `ValidationError`, `PermissionDenied`."""
    _require_manager(actor)
    account = User.objects.select_for_update().get(pk=account.pk, is_service=True)
    before = _told(account)
    account.is_active = is_active
    _answer_for(account, answered_by)
    record("person.changed", actor=actor, thing=account, before=before, after=_told(account))
    return account


def _told(account: User) -> dict[str, object]:
    """What the record keeps of a service account."""
    answers = account.answered_by.username if account.answered_by else None
    return {"name": account.first_name, "purpose": account.title, "answered_by": answers, "active": account.is_active}


def _answer_for(account: User, person: User) -> None:
    if person.is_service or not person.is_active:
        raise ValidationError({"answered_by": "Name a person whose account is active."})
    account.answered_by = person
    account.full_clean()
    account.save()


def _require_manager(actor: User) -> None:
    if not may_manage(actor):
        raise PermissionDenied("Administrators make and change service accounts.")
