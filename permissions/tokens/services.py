"""Making, using and ending tokens."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from permissions.audit import record
from permissions.carried import unknown_labels
from permissions.models import Token, User
from permissions.roles import is_administrator
from permissions.tokens.secret import digest_of, hint_of, new_secret

USUAL_DAYS = 90
MOST_DAYS = 365
MOST_TOKENS = 50  # in force at once, of one person
USED_AGAIN = timedelta(minutes=1)


class NewToken(NamedTuple):
    """A token, and its secret, which is known only now."""

    token: Token
    secret: str


@transaction.atomic
def create_token(
    *,
    actor: User | None,
    name: str,
    owner: User | None = None,
    scopes: Collection[str] = (Token.Scope.READ,),
    days: int = USUAL_DAYS,
    only_labels: Collection[str] = (),
    kept_from: Collection[str] = (),
) -> NewToken:
    """Make a token that speaks for `owner`, by default `actor`; None acts at the command line.

    Raises `ValidationError` when a part does not fit, `PermissionDenied` when `actor` may not speak for `owner`.
    """
    speaks_for = owner or actor
    if speaks_for is None or not may_make_tokens_of(actor, speaks_for):
        raise PermissionDenied("Tokens of a service account are made by administrators and by who answers for it.")
    token = Token(
        owner=speaks_for, name=name.strip(), scopes=sorted(set(scopes)),
        only_labels=sorted(set(only_labels)), kept_from=sorted(set(kept_from)),
    )  # fmt: skip
    _check(token, actor, days)
    secret, now = new_secret(), timezone.now()
    token.digest, token.hint = digest_of(secret), hint_of(secret)
    token.created_at, token.expires_at = now, now + timedelta(days=days)
    token.full_clean()
    token.save()
    record("token.created", actor=actor, thing=token, after=_told(token))
    return NewToken(token, secret)


def _told(token: Token) -> dict[str, Any]:
    plain = ("owner", "scopes", "only_labels", "kept_from", "expires_at")
    return {name: getattr(token, name) for name in plain}


def may_make_tokens_of(actor: User | None, owner: User) -> bool:
    """Whether `actor` may make and end the tokens of an account: everyone their own, and not other people's."""
    if actor is None or actor == owner:
        return True
    return owner.is_service and (is_administrator(actor) or owner.answered_by_id == actor.pk)


def _check(token: Token, actor: User | None, days: int) -> None:
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError({"days": f"A token holds between 1 and {MOST_DAYS} days."})
    if Token.objects.filter(owner=token.owner).in_force().count() >= MOST_TOKENS:
        raise ValidationError(f"There are {MOST_TOKENS} tokens in force already. Revoke those that nothing uses.")
    if Token.Scope.SCIM in token.scopes and not _may_manage_people(token.owner, actor):
        raise ValidationError(
            {"scopes": "Only an administrator gives the scope “scim”, and only to the token of a service account."}
        )
    for name in ("only_labels", "kept_from"):
        if unknown := unknown_labels(actor or token.owner, getattr(token, name)):
            raise ValidationError({name: f"Nothing that you know of carries {', '.join(unknown)}. Check the spelling."})


def _may_manage_people(owner: User, actor: User | None) -> bool:
    return owner.is_service and (actor is None or is_administrator(actor))


def revoke_token(*, actor: User | None, token: Token) -> bool:
    """End a token now; returns whether it had not been revoked already. Raises `PermissionDenied`."""
    if not may_make_tokens_of(actor, token.owner):
        raise PermissionDenied("This token is somebody else's.")
    with transaction.atomic():
        ended = Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
        if ended:
            record("token.revoked", actor=actor, thing=token, after={"owner": token.owner})
    return bool(ended)


def note_use(token: Token) -> None:
    """Keep when the token was last used, to the minute: most requests write nothing."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - USED_AGAIN:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_AGAIN)
        Token.objects.filter(stale, pk=token.pk).update(last_used_at=now)
