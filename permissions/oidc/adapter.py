"""What allauth asks when somebody comes back from the provider."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import requests
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from permissions.audit import note
from permissions.models import UserSession
from permissions.oidc.accounts import NotAdmitted, person_of, require_allowed
from permissions.oidc.conf import provider as configured
from permissions.oidc.teams import sync_teams
from permissions.sessions.services import SID, WAY

logger = logging.getLogger(__name__)


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Admits people by our rules, and refuses in our pages."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never by allauth's forms: accounts are made before it would ask for one."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        provider = configured()
        if provider is None:
            raise ImmediateHttpResponse(_page(request, "refused", HTTPStatus.NOT_FOUND))
        claims = sociallogin.claims
        try:
            require_allowed(provider, claims)
            person = sociallogin.user if sociallogin.is_existing else person_of(provider, claims, sociallogin.account)
        except NotAdmitted as error:
            logger.warning("a sign-in at the provider was not admitted: %s", error, extra={"sub": claims.get("sub")})
            note("provider.refused", actor=None, thing=str(claims.get("sub", "")), note=str(error))
            raise ImmediateHttpResponse(_page(request, "refused", HTTPStatus.FORBIDDEN, reason=str(error))) from error
        sociallogin.user = person
        sync_teams(person=person, provider=provider, claims=claims)
        _begin(request, claims, hours=provider.session_hours)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Say in the log why, and to the person what to do."""
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(_page(request, "cancelled", HTTPStatus.FORBIDDEN))
        why = str(exception or "it began elsewhere, or was used before")
        logger.warning("a sign-in at the provider was refused: %s", why)
        note("provider.refused", actor=None, note=why)
        if isinstance(exception, requests.RequestException):
            raise ImmediateHttpResponse(down(request))
        raise ImmediateHttpResponse(_page(request, "failed", HTTPStatus.FORBIDDEN))


def down(request: HttpRequest) -> HttpResponse:
    """Return the page that says that the provider does not answer."""
    return _page(request, "down", HTTPStatus.SERVICE_UNAVAILABLE)


def _page(request: HttpRequest, outcome: str, status: HTTPStatus, **more: str) -> HttpResponse:
    context = {"outcome": outcome, "provider": configured(), **more}
    return render(request, "account/provider.html", context, status=status)


def _begin(request: HttpRequest, claims: dict[str, Any], *, hours: int) -> None:
    """Prepare the session that is about to begin: whoever was signed in here before is signed out."""
    if request.user.is_authenticated:
        get_account_adapter().logout(request)
    request.session[WAY] = UserSession.Way.PROVIDER.value
    request.session[SID] = claims["sid"].replace("\0", "") if isinstance(claims.get("sid"), str) else ""
    request.session.set_expiry(hours * 3600)
