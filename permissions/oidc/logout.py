"""Ending the sessions that the provider says are over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
from django.core.cache import cache

from permissions.models import UserSession
from permissions.oidc import discovery
from permissions.oidc.accounts import uid_of
from permissions.oidc.conf import PROVIDER_ID
from permissions.oidc.verification import LEEWAY, LOGOUT_AGE, TokenRefused, logout_claims
from permissions.sessions.services import end_sessions

if TYPE_CHECKING:
    from permissions.models.sessions import UserSessionQuerySet
    from permissions.oidc.conf import Provider


class LogoutRefused(Exception):
    """A logout token that must not be believed."""


def sign_out(provider: Provider, token: str) -> int:
    """End what a logout token names: one session, or all of a person; returns how many there were.

    Raises `LogoutRefused`, and `discovery.ProviderDown` when the provider's keys cannot be read.
    """
    try:
        keys = discovery.keys(provider.issuer, wanted=jwt.get_unverified_header(token).get("kid"))
        issuer = discovery.configuration(provider.issuer)["issuer"]
        claims = logout_claims(token, keys=keys, issuer=issuer, client_id=provider.client_id)
    except (TokenRefused, jwt.PyJWTError) as error:
        raise LogoutRefused(str(error)) from error
    if not cache.add(f"oidc:logout:{claims['jti']}", 1, LOGOUT_AGE + LEEWAY):
        raise LogoutRefused("it was used before")
    sessions = _named(provider, claims).open().select_related("user")
    return end_sessions(sessions, actor=None, note="signed out at the provider")


def _named(provider: Provider, claims: dict[str, Any]) -> UserSessionQuerySet:
    sessions: UserSessionQuerySet = UserSession.objects.filter(way=UserSession.Way.PROVIDER)
    if isinstance(claims.get("sub"), str):
        uid = uid_of(provider.issuer, claims["sub"])
        sessions = sessions.filter(user__socialaccount__provider=PROVIDER_ID, user__socialaccount__uid=uid)
    return sessions.filter(provider_sid=claims["sid"]) if isinstance(claims.get("sid"), str) else sessions
