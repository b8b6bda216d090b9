"""What the provider says about itself: its addresses and its keys, kept for a few minutes."""

from __future__ import annotations

from typing import Any

import requests
from django.core.cache import cache

SECONDS = 5  # that we wait for the provider
KEPT = 600
KEYS_ASKED_AGAIN = 30  # seconds within which keys are not fetched twice for unknown ones


class ProviderDown(requests.RequestException):
    """The provider does not answer, or not as one."""


def configuration(issuer: str) -> dict[str, Any]:
    """Return the provider's metadata (OpenID Connect Discovery 1.0). Raises `ProviderDown`."""
    known: dict[str, Any] | None = cache.get(f"oidc:configuration:{issuer}")
    if known is not None:
        return known
    found = _get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    if any(not isinstance(found.get(name), str) for name in needed):
        raise ProviderDown("its metadata lacks an address")
    if found["issuer"].rstrip("/") != issuer.rstrip("/"):
        raise ProviderDown(f"it calls itself {found['issuer']!r}")
    cache.set(f"oidc:configuration:{issuer}", found, KEPT)
    return found


def keys(issuer: str, *, wanted: str | None = None) -> dict[str, Any]:
    """Return the provider's keys, fetched anew when `wanted` is not among those that are known."""
    name = f"oidc:keys:{issuer}"
    known: dict[str, Any] | None = cache.get(name)
    missing = known is None or (wanted and all(key.get("kid") != wanted for key in known.get("keys", ())))
    if missing and (known is None or cache.add(f"{name}:asked", 1, KEYS_ASKED_AGAIN)):
        known = _get(configuration(issuer)["jwks_uri"])
        cache.set(name, known, KEPT)
    return known or {}


def _get(url: str) -> dict[str, Any]:
    try:
        answer = requests.get(url, timeout=SECONDS)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise ProviderDown(f"{url}: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise ProviderDown(f"{url}: not an object")
    return found
