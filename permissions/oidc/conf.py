"""What this installation was told about its provider."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings

PROVIDER_ID = "sso"  # the one provider of an installation; part of the addresses that it is given


class Provider(NamedTuple):
    """The fields are the settings of the same names, in docs/settings.md."""

    issuer: str
    client_id: str
    client_secret: str
    name: str
    scopes: tuple[str, ...]
    groups_claim: str
    allowed_groups: tuple[str, ...]
    allowed_mail_domains: tuple[str, ...]
    create_accounts: bool
    link_by_email: bool
    session_hours: int


def provider() -> Provider | None:
    """Return the provider, or None where people sign in with passwords only."""
    found: Provider | None = settings.CONCORD_OIDC
    return found


def apps_of(provider: Provider | None) -> dict[str, object]:
    """Return the provider as allauth's setting of providers."""
    if provider is None:
        return {}
    app = {
        "provider_id": PROVIDER_ID,
        "name": provider.name,
        "client_id": provider.client_id,
        "secret": provider.client_secret,
        "settings": {
            "server_url": provider.issuer,
            "oauth_pkce_enabled": True,
            "scope": list(provider.scopes),
        },
    }
    return {"oidc": {"APPS": [app]}}
