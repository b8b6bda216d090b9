"""Signing in and out, as Django and allauth tell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import signals as account
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Q

from permissions.audit.recording import note
from permissions.models import User

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("username", "login", "email")


def connect() -> None:
    """Receive the signals; twice is once."""
    for signal, receiver in RECEIVERS.items():
        signal.connect(receiver, dispatch_uid=f"audit {receiver.__name__}")


def _in(user: User, **_: Any) -> None:
    note("sign_in.succeeded", actor=user, thing=user)


def _out(user: User | None, **_: Any) -> None:
    if user is not None:
        note("sign_in.out", actor=user, thing=user)


def _failed(credentials: Mapping[str, Any], **_: Any) -> None:
    """A name that no account has is not kept: people type their password there."""
    given = next((str(credentials[name]) for name in NAMES if credentials.get(name)), "").replace("\0", "")
    person = User.objects.filter(Q(username__iexact=given) | Q(email__iexact=given) & ~Q(email="")).first()
    note("sign_in.failed", actor=None, thing=person, note="" if person else "No account has this name.")


def _password(user: User, **_: Any) -> None:
    note("password.changed", actor=user, thing=user)


RECEIVERS = {
    user_logged_in: _in,
    user_logged_out: _out,
    user_login_failed: _failed,
    account.password_set: _password,
    account.password_changed: _password,
    account.password_reset: _password,
}
