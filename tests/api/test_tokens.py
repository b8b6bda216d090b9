"""Tokens: who they speak for, what they may do, when they end."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Dataset, Source
from permissions.models import OptOutRule, Token, User
from permissions.tokens.secret import digest_of
from permissions.tokens.services import MOST_DAYS, create_token, revoke_token
from tests.api.conftest import JSON, program, read

pytestmark = pytest.mark.django_db


def bearer(secret: str, address: str = "127.0.0.1") -> Client:
    return Client(headers={"Authorization": f"Bearer {secret}"}, REMOTE_ADDR=address)


@pytest.fixture
def office() -> str:
    """An address that no other test asks from."""
    return str(uuid4())


def test_a_token_speaks_for_its_owner(alice: User) -> None:
    told = read(program(alice), "me")
    assert (told["username"], told["token"]["scopes"]) == ("alice", ["read"])


def test_somebody_who_signed_in_needs_no_token(as_alice: Client) -> None:
    assert read(as_alice, "me")["token"] is None


def test_a_token_is_as_restricted_as_its_owner(
    customers: Dataset, charlie: User, hidden_from_charlie: OptOutRule
) -> None:
    assert program(charlie).get(f"/api/v1/datasets/{customers.pk}").status_code == 404


def test_the_secret_is_kept_nowhere(alice: User) -> None:
    made = create_token(actor=alice, name="a script")
    kept = Token.objects.filter(pk=made.token.pk).values().get()
    assert made.secret not in str(kept)
    assert kept["digest"] == digest_of(made.secret)


@pytest.mark.parametrize("header", [None, "Bearer cnd_nothing", "Bearer", "Bearer a b", "Token cnd_x", "Basic YTpi"])
def test_without_credentials_that_hold_one_is_told_which_to_bring(alice: User, header: str | None, office: str) -> None:
    answer = Client(headers={"Authorization": header} if header else {}, REMOTE_ADDR=office).get("/api/v1/me")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_revoked_token_is_refused(alice: User) -> None:
    made = create_token(actor=alice, name="a script")
    revoke_token(actor=alice, token=made.token)
    assert "revoked" in read(bearer(made.secret), "me", 401)["detail"]


def test_an_expired_token_is_refused(alice: User) -> None:
    made = create_token(actor=alice, name="a script", days=1)
    long_ago = timezone.now() - timedelta(days=5)
    Token.objects.update(created_at=long_ago, expires_at=long_ago + timedelta(days=1))
    assert "expired" in read(bearer(made.secret), "me", 401)["detail"]


def test_a_token_of_an_inactive_account_is_refused(alice: User) -> None:
    client = program(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert "not active" in read(client, "me", 401)["detail"]


@pytest.mark.parametrize("days", [0, -1, MOST_DAYS + 1])
def test_a_token_holds_a_year_at_most(alice: User, days: int) -> None:
    with pytest.raises(ValidationError):
        create_token(actor=alice, name="a script", days=days)


@pytest.mark.parametrize("scopes", [[], ["admin"], ["read", "admin"]])
def test_a_token_has_scopes_that_exist(alice: User, scopes: list[str]) -> None:
    with pytest.raises(ValidationError):
        create_token(actor=alice, name="a script", scopes=scopes)


def test_a_token_without_the_scope_is_told_which(alice: User, crm: Source) -> None:
    answer = program(alice).post("/api/v1/sources/crm/runs", {}, content_type=JSON)
    assert (answer.status_code, answer.json()["scope"]) == (403, "harvest")


def test_a_token_that_may_only_harvest_does_not_read(alice: User) -> None:
    assert read(program(alice, "harvest"), "me", 403)["scope"] == "read"


def test_use_is_noted_to_the_minute(alice: User) -> None:
    client = program(alice)
    read(client, "me")
    first = Token.objects.get().last_used_at
    assert first is not None
    with CaptureQueriesContext(connection) as captured:
        read(client, "me")
    assert not [query for query in captured.captured_queries if query["sql"].startswith("UPDATE")]
    Token.objects.update(last_used_at=first - timedelta(minutes=2))
    read(client, "me")
    assert (Token.objects.get().last_used_at or first) >= first


def test_who_tries_many_tokens_waits(alice: User, office: str) -> None:
    answers = [bearer(f"cnd_{number}", office).get("/api/v1/me") for number in range(25)]
    assert answers[0].status_code == 401
    assert (answers[-1].status_code, answers[-1]["Retry-After"]) == (429, "60")


def test_who_sends_the_same_wrong_token_again_does_not_guess(alice: User, office: str) -> None:
    answers = [bearer("cnd_mistyped", office).get("/api/v1/me").status_code for _ in range(25)]
    assert set(answers) == {401}
    read(bearer(create_token(actor=alice, name="a script").secret, office), "me")


def test_a_session_needs_the_csrf_token_to_write(alice: User, crm: Source) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    answer = browser.post("/api/v1/sources/crm/runs", {}, content_type=JSON)
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


def test_a_program_that_asks_too_often_waits(alice: User, bob: User, settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    client = program(alice)
    answers = [client.get("/api/v1/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    read(program(bob), "me")
