"""The way to the provider, back from it, and its word that somebody signed out."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import requests
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from permissions.audit import note
from permissions.oidc import discovery
from permissions.oidc.adapter import down
from permissions.oidc.conf import PROVIDER_ID
from permissions.oidc.conf import provider as configured
from permissions.oidc.logout import LogoutRefused, sign_out
from permissions.oidc.provider import StrictAdapter

logger = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_POST
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Leads to the provider. By a page that leads on: a form's answer may not redirect to another site."""
    adapter = _adapter(request, provider_id)
    try:
        answer = adapter.get_provider().redirect_from_request(request)
    except requests.RequestException as error:
        logger.warning("the provider does not answer: %s", error)
        return down(request)
    context = {"provider": configured(), "target": answer["Location"]} if "Location" in answer else None
    return render(request, "account/provider_leave.html", context) if context else answer


class _Callback(OAuth2CallbackView):  # type: ignore[misc]  # allauth has no types
    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, answer = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, answer


@login_not_required
@never_cache
@require_GET
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the provider sends people back to."""
    adapter = _adapter(request, provider_id)
    try:
        return _Callback.adapter_view(adapter)(request)  # type: ignore[no-any-return]
    except (discovery.ProviderDown, KeyError, ValueError) as error:  # what it says makes no sense
        logger.warning("the provider does not answer as one: %s: %s", type(error).__name__, error)
        return down(request)


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def backchannel_logout(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The provider says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0)."""
    provider = configured()
    if provider is None or provider_id != PROVIDER_ID:
        raise Http404
    try:
        sign_out(provider, request.POST.get("logout_token", ""))
    except LogoutRefused as error:
        logger.warning("a logout token was refused: %s", error)
        note("provider.refused", actor=None, note=f"logout token: {error}")
        refusal = {"error": "invalid_request", "error_description": "The logout token was refused."}
        return JsonResponse(refusal, status=HTTPStatus.BAD_REQUEST)
    except requests.RequestException as error:
        logger.warning("the provider does not answer: %s", error)
        return JsonResponse({"error": "temporarily_unavailable"}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return HttpResponse()


def _adapter(request: HttpRequest, provider_id: str) -> StrictAdapter:
    adapter = StrictAdapter(request, provider_id)
    try:
        adapter.get_provider()
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    return adapter
