"""A real OpenID Connect provider on loopback, and people who sign in at it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
import requests
from django.http import HttpResponse
from django.test import Client
from oidc_provider_mock import run_server_in_thread
from pytest_django.fixtures import Settings

from permissions.oidc.conf import Provider, apps_of

Configure = Callable[..., Provider]


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def configure(settings: Settings, issuer: str) -> Configure:
    """Settle the provider, with these settings instead of the usual ones."""

    def settle(**changes: Any) -> Provider:
        usual: dict[str, Any] = {
            "issuer": issuer, "client_id": "concord", "client_secret": "hush", "name": "Northbeam ID",
            "scopes": ("openid", "profile", "email"), "groups_claim": "groups", "allowed_groups": (),
            "allowed_mail_domains": (), "create_accounts": True, "link_by_email": False, "session_hours": 12,
        }  # fmt: skip
        provider = Provider(**usual | changes)
        settings.CONCORD_OIDC = provider
        settings.SOCIALACCOUNT_PROVIDERS = apps_of(provider)
        return provider

    return settle


@pytest.fixture
def provider(configure: Configure, db: None) -> Provider:
    return configure()


def at_provider(provider: Provider, sub: str, **claims: Any) -> None:
    """Settle what the provider says of somebody."""
    usual: dict[str, Any] = {
        "email": f"{sub}@northbeam.example",
        "email_verified": True,
        "name": "Ada King",
        "preferred_username": sub,
    }
    requests.put(f"{provider.issuer}/users/{sub}", json=usual | claims, timeout=5).raise_for_status()


def way_there(client: Client, **data: str) -> str:
    """The provider's address that signing in leads to."""
    page = client.post("/accounts/oidc/sso/login/", data)
    assert page.status_code == 200, page.content
    return unescape(re.findall(r'content="0;url=([^"]+)"', page.content.decode())[0])


def way_back(address: str, sub: str, **data: str) -> str:
    """The address of ours that the provider sends somebody to who signs in there."""
    answer = requests.post(address, data={"sub": sub, **data}, allow_redirects=False, timeout=5)
    assert answer.status_code in {302, 303}, answer.text
    location: str = answer.headers["Location"]
    assert location.startswith("http://testserver/accounts/oidc/sso/login/callback/?")
    return location.removeprefix("http://testserver")


def sign_in(client: Client, sub: str, **data: str) -> HttpResponse:
    """Go there and come back."""
    return client.get(way_back(way_there(client, **data), sub))  # type: ignore[return-value]


def who_is(client: Client) -> str:
    """The username of whoever is signed in; empty for nobody."""
    return str(client.get("/api/v1/me").json().get("username", ""))
