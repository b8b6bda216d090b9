"""Making, using and ending tokens."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from permissions.models import Token, User
from permissions.tokens.secret import digest_of, hint_of, new_secret

USUAL_DAYS = 90
MOST_DAYS = 365
MOST_TOKENS = 50  # in force at once, of one person
USED_AGAIN = timedelta(minutes=1)


class NewToken(NamedTuple):
    """A token, and its secret, which is known only now."""

    token: Token
    secret: str


def create_token(
    *, actor: User, name: str, scopes: Collection[str] = (Token.Scope.READ,), days: int = USUAL_DAYS
) -> NewToken:
    """Make a token that speaks for `actor`. Raises `ValidationError` when a part does not fit."""
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError({"days": f"A token holds between 1 and {MOST_DAYS} days."})
    if Token.objects.filter(owner=actor).in_force().count() >= MOST_TOKENS:
        raise ValidationError(f"There are {MOST_TOKENS} tokens in force already. Revoke those that nothing uses.")
    secret, now = new_secret(), timezone.now()
    token = Token(
        owner=actor, name=name.strip(), scopes=sorted(set(scopes)), digest=digest_of(secret), hint=hint_of(secret),
        created_at=now, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    token.full_clean()
    token.save()
    return NewToken(token, secret)


def revoke_token(*, actor: User | None, token: Token) -> bool:
    """End a token now; returns whether it had not been revoked already."""
    return bool(Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()))


def note_use(token: Token) -> None:
    """Keep when the token was last used, to the minute: most requests write nothing."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - USED_AGAIN:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_AGAIN)
        Token.objects.filter(stale, pk=token.pk).update(last_used_at=now)
