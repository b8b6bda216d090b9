"""One's own tokens and sessions over REST: listed, made once, ended."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.models import Dataset, Source
from permissions.models import OptOutRule, Token, User, UserSession
from permissions.tokens.services import create_token
from tests.api.conftest import JSON, every, program, read
from tests.cast import signed_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
TOKENS, SESSIONS = "/api/v1/me/tokens", "/api/v1/me/sessions"
WISH = {"name": "nightly", "scopes": ["read"]}


def test_a_token_is_made_in_a_session_and_told_once(as_alice: Client, alice: User) -> None:
    answer = as_alice.post(TOKENS, WISH | {"days": 30}, JSON)
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (201, True)
    secret = answer.json()["secret"]
    assert read(Client(headers={"Authorization": f"Bearer {secret}"}), "me")["token"]["name"] == "nightly"
    (listed,) = every(as_alice, "me/tokens")
    assert (listed["name"], listed["state"]) == ("nightly", "active")
    assert secret not in str(listed)


def test_no_token_makes_another(alice: User) -> None:
    client = program(alice, "read", "write")
    assert client.post(TOKENS, WISH, JSON).status_code == 403
    assert Token.objects.count() == 1


def test_one_lists_and_ends_ones_own_alone(as_alice: Client, alice: User, bob: User) -> None:
    mine, others = (create_token(actor=one, name="a script").token for one in (alice, bob))
    assert [one["id"] for one in every(as_alice, "me/tokens")] == [mine.pk]
    assert (
        as_alice.delete(f"{TOKENS}/{others.pk}").status_code == as_alice.delete(f"{TOKENS}/999999").status_code == 404
    )
    assert as_alice.delete(f"{TOKENS}/{mine.pk}").status_code == 204
    assert [one["state"] for one in every(as_alice, "me/tokens", state="revoked")] == ["revoked"]
    assert every(as_alice, "me/tokens", state=["active", "expired"]) == []
    assert Token.objects.get(pk=others.pk).revoked_at is None


def test_a_label_that_one_may_not_know_of_is_refused_as_one_that_never_was(
    customers: Dataset, charlie: User, hidden_from_charlie: OptOutRule
) -> None:
    client = signed_in(charlie)
    hidden, never = (
        client.post(TOKENS, WISH | {"kept_from": [f"dataset:{key}"]}, JSON)
        for key in (customers.key, "x" * len(customers.key))
    )
    assert (hidden.status_code, never.status_code) == (400, 400)
    assert hidden.content.replace(customers.key.encode(), b"x" * len(customers.key)) == never.content


def test_a_limited_token_knows_of_itself_alone(alice: User, crm: Source) -> None:
    create_token(actor=alice, name="another", kept_from=["source:crm"])
    made = create_token(actor=alice, name="limited", scopes=["read", "write"], only_labels=["source:crm"])
    limited = Client(headers={"Authorization": f"Bearer {made.secret}"})
    assert [one["name"] for one in every(limited, "me/tokens")] == ["limited"]
    read(limited, "me/sessions", 403)
    assert limited.post(f"{SESSIONS}/end-others").status_code == 403


def test_tokens_of_a_program_are_for_who_answers_for_it(alice: User, bob: User) -> None:
    UserFactory.create(username="airflow", is_service=True, answered_by=alice)
    place = "/api/v1/service-accounts/airflow/tokens"
    assert signed_in(bob).post(place, WISH, JSON).status_code == 404
    made = signed_in(alice).post(place, WISH, JSON).json()
    assert [one["id"] for one in every(signed_in(alice), "service-accounts/airflow/tokens")] == [made["id"]]
    assert every(signed_in(alice), "me/tokens") == []


def test_one_sees_and_ends_ones_own_sessions_alone(alice: User, bob: User) -> None:
    here, there, other = signed_in(alice), signed_in(alice), signed_in(bob)
    rows = {one["id"]: one["here"] for one in every(here, "me/sessions")}
    assert sorted(rows.values()) == [False, True]
    theirs = UserSession.objects.get(user=bob).pk
    assert here.delete(f"{SESSIONS}/{theirs}").status_code == 404
    assert here.delete(f"{SESSIONS}/{next(pk for pk in rows if not rows[pk])}").status_code == 204
    read(there, "me", 401)
    read(other, "me")


def test_a_token_signs_its_person_out_everywhere(alice: User) -> None:
    browsers = [signed_in(alice), signed_in(alice)]
    assert program(alice, "write").post(f"{SESSIONS}/end-others").json() == {"ended": 2}
    assert [one.get("/api/v1/me").status_code for one in browsers] == [401, 401]
