"""ID tokens and logout tokens: what is believed, and what is not."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import uuid4

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client

from permissions.models import User, UserSession
from permissions.oidc.accounts import uid_of
from permissions.oidc.conf import PROVIDER_ID, Provider
from permissions.oidc.verification import LOGOUT_EVENT, TokenRefused, id_claims
from tests.cast import signed_in
from tests.sign_in.conftest import Configure, who_is

ISSUER = "https://id.northbeam.example"
KEY, OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
JWK = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())) | {"kid": "k1", "use": "sig", "alg": "RS256"}
KEYS = {"keys": [JWK]}


def signed(key: Any = KEY, alg: str = "RS256", kid: str | None = "k1", **changes: Any) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "sub": "ada", "aud": "concord", "exp": now + 300, "iat": now, "nonce": "n"} | changes
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, key, algorithm=alg, headers={"kid": kid} if kid else {})


def read(token: str, nonce: str = "n") -> dict[str, Any]:
    return id_claims(token, keys=KEYS, issuer=ISSUER, client_id="concord", nonce=nonce)


def test_a_token_that_is_right_is_believed() -> None:
    assert read(signed())["sub"] == "ada"
    assert read(signed(kid=None))["sub"] == "ada"
    assert read(signed(aud=["concord", "other"], azp="concord"))["sub"] == "ada"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"}, {"iss": None}, {"aud": "another"}, {"aud": None}, {"sub": None}, {"sub": 7},
        {"exp": 1_000}, {"exp": None}, {"iat": None},
        {"iat": int(time.time()) + 3_600}, {"nonce": "x"}, {"nonce": None},
        {"aud": ["concord", "other"]}, {"azp": "other"}, {"nbf": int(time.time()) + 3_600},
    ],
)  # fmt: skip
def test_claims_that_are_not_ours_or_not_of_now_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(TokenRefused):
        read(signed(**changes))


@pytest.mark.parametrize(
    "token",
    [
        signed(key=OTHER), signed(kid="k2"), signed(key="x" * 40, alg="HS256"), signed(key="", alg="none"),
        signed()[:-4] + "AAAA", "", "a.b.c", "\0", signed() + ".x", "é",
    ],
)  # fmt: skip
def test_signatures_that_are_not_the_providers_are_refused(token: str) -> None:
    with pytest.raises(TokenRefused):
        read(token)


def test_a_sign_in_without_a_nonce_believes_nothing() -> None:
    with pytest.raises(TokenRefused):
        read(signed(nonce=""), nonce="")


@pytest.fixture
def told(configure: Configure, db: None) -> Provider:
    """A provider whose addresses and keys are known already."""
    provider = configure(issuer=ISSUER)
    addresses = dict.fromkeys(("authorization_endpoint", "token_endpoint", "jwks_uri"), f"{ISSUER}/x")
    cache.set(f"oidc:configuration:{ISSUER}", {"issuer": ISSUER, **addresses}, 60)
    cache.set(f"oidc:keys:{ISSUER}", KEYS, 60)
    return provider


@pytest.fixture
def ada_twice(told: Provider, alice: User) -> tuple[Client, Client]:
    """Alice, whom the provider calls ada, in two browsers: sessions s1 and s2."""
    SocialAccount.objects.create(user=alice, provider=PROVIDER_ID, uid=uid_of(ISSUER, "ada"))
    browsers = signed_in(alice), signed_in(alice)
    for number, browser in enumerate(browsers, 1):
        UserSession.objects.filter(key=browser.session.session_key).update(way="provider", provider_sid=f"s{number}")
    return browsers


def logout_token(**changes: Any) -> str:
    return signed(**{"nonce": None, "events": {LOGOUT_EVENT: {}}, "jti": str(uuid4())} | changes)


def send(token: str) -> int:
    return Client().post("/accounts/oidc/sso/backchannel-logout/", {"logout_token": token}).status_code


def test_signing_out_there_signs_out_here_everywhere(ada_twice: tuple[Client, Client]) -> None:
    assert send(logout_token()) == 200
    assert [who_is(browser) for browser in ada_twice] == ["", ""]


def test_one_session_of_several_is_ended_alone(ada_twice: tuple[Client, Client]) -> None:
    assert send(logout_token(sid="s1", sub=None)) == 200
    assert [who_is(browser) for browser in ada_twice] == ["", "alice"]


def test_a_logout_of_somebody_else_ends_nothing(ada_twice: tuple[Client, Client]) -> None:
    assert send(logout_token(sub="bob", sid="s1")) == 200
    assert send(logout_token(sub="bob")) == 200
    assert [who_is(browser) for browser in ada_twice] == ["alice", "alice"]


@pytest.mark.parametrize(
    "changes",
    [
        {"events": None}, {"events": {}}, {"events": "x"}, {"nonce": "n"}, {"jti": None}, {"aud": "another"},
        {"iss": "https://evil.example"}, {"iat": int(time.time()) - 7_200}, {"sub": None}, {"key": OTHER},
        {"exp": 1_000}, {"key": "x" * 40, "alg": "HS256"},
    ],
)  # fmt: skip
def test_forged_logouts_end_nothing(ada_twice: tuple[Client, Client], changes: dict[str, Any]) -> None:
    assert send(logout_token(**changes)) == 400
    assert [who_is(browser) for browser in ada_twice] == ["alice", "alice"]


def test_a_logout_works_once(ada_twice: tuple[Client, Client], alice: User) -> None:
    token = logout_token()
    assert [send(token), send(token), send("")] == [200, 400, 400]
