"""allauth's OpenID Connect provider, made strict: a nonce, and signatures that are always verified."""

from __future__ import annotations

import secrets
from typing import Any

import jwt
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from permissions.oidc import discovery
from permissions.oidc.accounts import uid_of
from permissions.oidc.verification import TokenRefused, id_claims


class StrictAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    """Knows the nonce of the sign-in at hand, which the view reads from its state."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        return discovery.configuration(self.get_provider().app.settings["server_url"])

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return str(request.build_absolute_uri(reverse("oidc_callback", args=[self.provider_id])))

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        claims = self._claims(app, kwargs["response"].get("id_token"))
        userinfo = self._fetch_user_info(token.token) if "userinfo_endpoint" in self.openid_config else {}
        if userinfo and userinfo.get("sub") != claims["sub"]:
            raise TokenRefused("the provider tells of somebody else than the token")
        told = claims | userinfo
        login = self.get_provider().sociallogin_from_response(request, told)
        login.claims = told  # the adapter of accounts decides by them
        return login

    def _claims(self, app: Any, token: Any) -> dict[str, Any]:
        if not isinstance(token, str):
            raise TokenRefused("there is none")
        issuer = app.settings["server_url"]
        keys = discovery.keys(issuer, wanted=_kid(token))
        named = self.openid_config["issuer"]
        return id_claims(token, keys=keys, issuer=named, client_id=app.client_id, nonce=self.nonce)


def _kid(token: str) -> str | None:
    try:
        return jwt.get_unverified_header(token).get("kid")
    except jwt.PyJWTError as error:
        raise TokenRefused(f"{type(error).__name__}: {error}") from error


class StrictProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """Takes nothing but where to go back to from the address that begins a sign-in."""

    id = "oidc"
    name = "OpenID Connect"
    oauth2_adapter_class = StrictAdapter

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        kwargs = super().get_redirect_from_request_kwargs(request)
        taken = {name: kwargs[name] for name in ("next_url",) if name in kwargs}
        return taken | {"process": "login", "scope": self.get_scope(), "auth_params": self.get_auth_params()}

    def redirect(self, request: HttpRequest, process: str, **kwargs: Any) -> HttpResponse:
        nonce = secrets.token_urlsafe(24)
        params = kwargs.pop("auth_params", {}) | {"nonce": nonce}
        return super().redirect(request, process, auth_params=params, nonce=nonce, **kwargs)  # type: ignore[no-any-return]

    def extract_uid(self, data: dict[str, Any]) -> str:
        return uid_of(self.app.settings["server_url"], data["sub"])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """What is kept of the claims: enough to recognise the account at the provider."""
        return {"issuer": self.app.settings["server_url"], "sub": data["sub"]}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing: `permissions.oidc.accounts` makes accounts."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


provider_classes = [StrictProvider]
