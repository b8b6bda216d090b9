"""Keeping and ending sessions."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.origin import address_of
from permissions.audit import record
from permissions.models.sessions import LONGEST_AGENT, LONGEST_SID, UserSession
from permissions.roles import is_administrator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from permissions.models import User

KEPT = timedelta(days=30)  # that sessions are remembered after their end
SID = "provider_sid"  # what a Django session keeps between the provider's answer and the end of the sign-in
WAY = "sign_in_way"


def open_session(*, request: HttpRequest, user: User) -> UserSession:
    """Note that this browser signed in as `user`; its Django session has a key already."""
    stored = request.session
    sid = str(stored.pop(SID, ""))[:LONGEST_SID]
    session, _ = UserSession.objects.update_or_create(
        key=stored.session_key,
        defaults={
            "user": user,
            "way": stored.pop(WAY, "") or _way(request),
            "provider_sid": sid,
            "agent": request.headers.get("User-Agent", "")[:LONGEST_AGENT],
            "address": address_of(request),
            "last_used_at": timezone.now(),
            "expires_at": stored.get_expiry_date(),
            "ended_at": None,
        },
    )
    return session


def _way(request: HttpRequest) -> UserSession.Way:
    """How this session proved who is there, as allauth keeps it."""
    methods = {method.get("method") for method in request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])}
    if "password" in methods:
        return UserSession.Way.PASSWORD
    return UserSession.Way.PASSKEY if "mfa" in methods else UserSession.Way.OTHER


def note_session(*, request: HttpRequest, key: str) -> None:
    """Keep when and from where a session was last used, and its key when that has changed since the request began."""
    now_called = request.session.session_key
    if now_called != key and UserSession.objects.filter(key=now_called).exists():  # somebody signed in anew
        forget_session(key=key)
        return
    UserSession.objects.filter(key=key).update(
        key=now_called,
        last_used_at=timezone.now(),
        address=address_of(request),
        expires_at=request.session.get_expiry_date(),
    )


def forget_session(*, key: str) -> None:
    """Note that a browser is signed in no more: it signed out, or in as somebody else."""
    UserSession.objects.filter(key=key, ended_at=None).update(ended_at=timezone.now())


def end_session(*, actor: User, session: UserSession) -> bool:
    """Sign a browser out; returns whether it was signed in. Raises `PermissionDenied` for somebody else's."""
    _require_power(actor, session.user_id)
    return end_sessions([session], actor=actor) == 1


def end_other_sessions(*, actor: User, keep: str) -> int:
    """Sign out all of one's own browsers but the one whose session has the key `keep`; returns how many."""
    return end_sessions(UserSession.objects.filter(user=actor).open().exclude(key=keep), actor=actor)


def end_all_sessions(*, actor: User, user: User) -> int:
    """Sign somebody out everywhere. Raises `PermissionDenied`."""
    _require_power(actor, user.pk)
    return end_sessions(UserSession.objects.filter(user=user).open(), actor=actor)


@transaction.atomic
def end_sessions(sessions: Iterable[UserSession], *, actor: User | None, note: str = "") -> int:
    """Sign these browsers out, for `actor` or for the provider; returns how many were signed in."""
    found = list(sessions)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in found:
        store(session.key).delete()
        record("session.ended", actor=actor, thing=session.user, after={"address": session.address}, note=note)
    wanted = UserSession.objects.filter(pk__in=[session.pk for session in found], ended_at=None)
    return wanted.update(ended_at=timezone.now())


def remove_old_sessions() -> int:
    """Forget sessions that were over long ago, and what Django kept of those that ran out; returns how many."""
    before = timezone.now() - KEPT
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return UserSession.objects.filter(Q(expires_at__lt=before) | Q(ended_at__lt=before)).delete()[0]


def _require_power(actor: User, whose: int) -> None:
    if actor.pk != whose and not is_administrator(actor):
        raise PermissionDenied("Only administrators sign other people out.")
