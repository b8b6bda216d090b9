"""``Authorization: Bearer cnd_…``"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from permissions.access import limit
from permissions.audit import note
from permissions.audit.context import use_token
from permissions.models import Token, User
from permissions.tokens.guessing import note_guess, require_patience
from permissions.tokens.secret import PREFIX, digest_of, hint_of
from permissions.tokens.services import note_use

SCHEME = "Bearer"
MAKE_ANOTHER = "Make another on your page of API tokens."


class TokenAuthentication(BaseAuthentication):
    """Takes a token for its owner; without one, another way of signing in may do."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        words = get_authorization_header(request).decode("latin-1").split()
        if not words:
            return None
        if words[0].lower() != SCHEME.lower() or len(words) != 2:
            raise AuthenticationFailed("Send the header “Authorization: Bearer cnd_…”, with your token.")
        require_patience(request)
        token = _token(request, words[1])
        use_token(token)
        note_use(token)
        limit(token.owner, token.limits)
        return token.owner, token

    def authenticate_header(self, request: HttpRequest | Request) -> str:
        return f'{SCHEME} realm="Concord"'


def _token(request: Request, secret: str) -> Token:
    digest = digest_of(secret)
    token = Token.objects.select_related("owner").filter(digest=digest).first()
    if token is None:
        note_guess(request, digest)
        note("token.refused", actor=None, thing=_hint(secret), note="It is unknown.")
        raise AuthenticationFailed(f"This token is unknown. {MAKE_ANOTHER}")
    if token.state != "active":
        raise _refused(token, f"This token has {_ended(token)}. {MAKE_ANOTHER}")
    if not token.owner.is_active:
        raise _refused(token, "The account that this token speaks for is not active.")
    return token


def _refused(token: Token, why: str) -> AuthenticationFailed:
    note("token.refused", actor=token.owner, thing=token, note=why)
    return AuthenticationFailed(why)


def _hint(secret: str) -> str:
    """How an unknown token begins; nothing of what is none, and may be somebody's password."""
    return f"{hint_of(secret)}…" if secret.startswith(PREFIX) else ""


def _ended(token: Token) -> str:
    return "been revoked" if token.state == "revoked" else "expired"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description of the API tells of tokens."""

    target_class = TokenAuthentication
    name = "token"
    priority = 1

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token as `cnd_…`, from your page of API tokens."}
