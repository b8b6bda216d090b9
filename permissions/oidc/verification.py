"""Whether a token is the provider's, for us, and of now: OpenID Connect Core 3.1.3.7, Back-Channel Logout 2.6."""

from __future__ import annotations

import time
from typing import Any

import jwt
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LEEWAY = 60  # seconds that clocks may differ
LOGOUT_AGE = 600  # seconds after which a logout token is too old
# Never “none”, and never the symmetric ones: with those, who knows the public key could sign.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


class TokenRefused(OAuth2Error):  # type: ignore[misc]  # allauth has no types
    """A token that must not be believed; the message says why, for the log."""


def id_claims(token: str, *, keys: dict[str, Any], issuer: str, client_id: str, nonce: str) -> dict[str, Any]:
    """Return the claims of an ID token. Raises `TokenRefused`."""
    claims = _decode(token, keys, issuer, client_id, ["iss", "sub", "aud", "exp", "iat"])
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if claims.get("azp", client_id) != client_id or (len(audiences) > 1 and "azp" not in claims):
        raise TokenRefused("it was issued to another client")
    if "\0" in claims["sub"]:
        raise TokenRefused("its subject cannot be kept")
    if not nonce or claims.get("nonce") != nonce:
        raise TokenRefused("its nonce is not the one of this sign-in")
    return claims


def logout_claims(token: str, *, keys: dict[str, Any], issuer: str, client_id: str) -> dict[str, Any]:
    """Return the claims of a logout token. Raises `TokenRefused`."""
    claims = _decode(token, keys, issuer, client_id, ["iss", "aud", "iat", "jti", "events"])
    if not isinstance(claims["events"], dict) or LOGOUT_EVENT not in claims["events"]:
        raise TokenRefused("it is no logout token")
    if "nonce" in claims:
        raise TokenRefused("a logout token has no nonce")
    if not isinstance(claims.get("sub"), str) and not isinstance(claims.get("sid"), str):
        raise TokenRefused("it names neither a person nor a session")
    if claims["iat"] < time.time() - LOGOUT_AGE:
        raise TokenRefused("it is too old")
    return claims


def _decode(token: str, keys: dict[str, Any], issuer: str, client_id: str, required: list[str]) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
        key = _key(keys, header)
        claims: dict[str, Any] = jwt.decode(
            token, key=key, algorithms=[header["alg"]], issuer=issuer, audience=client_id, leeway=LEEWAY,
            options={"require": required, "verify_signature": True},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise TokenRefused(f"{type(error).__name__}: {error}") from error
    return claims


def _key(keys: dict[str, Any], header: dict[str, Any]) -> jwt.PyJWK:
    """The provider's key that the header names; without a name, its only one."""
    if header.get("alg") not in ALGORITHMS:
        raise TokenRefused(f"it is signed by {header.get('alg')!r}")
    known = [key for key in keys.get("keys", ()) if key.get("use", "sig") == "sig"]
    named = [key for key in known if key.get("kid") == header["kid"]] if "kid" in header else known
    if len(named) != 1:
        raise TokenRefused("it is signed by a key that the provider does not have")
    return jwt.PyJWK(named[0], algorithm=named[0].get("alg") or header["alg"])
