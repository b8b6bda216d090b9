"""Tokens on one's own page and by command."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from permissions.models import Token, User
from permissions.tokens.secret import PREFIX, digest_of
from permissions.tokens.services import create_token

pytestmark = pytest.mark.django_db
WISH = {"name": "nightly report", "scopes": ["read"], "days": "30"}


def secret_on(page: str) -> str:
    return PREFIX + page.partition(f'text-break">{PREFIX}')[2].partition("<")[0]


def test_the_secret_is_shown_once(as_alice: Client) -> None:
    made = as_alice.post("/me/tokens/", WISH)
    secret = secret_on(made.content.decode())
    assert made.status_code == 201
    assert "no-store" in made["Cache-Control"]
    assert Token.objects.get().digest == digest_of(secret)
    again = as_alice.get("/me/tokens/").content.decode()
    assert "nightly report" in again
    assert secret not in again


@pytest.mark.parametrize("change", [{"name": ""}, {"days": "366"}, {"days": "0"}, {"scopes": []}, {"scopes": ["all"]}])
def test_a_wish_that_does_not_fit_is_refused_in_place(as_alice: Client, change: dict[str, object]) -> None:
    assert as_alice.post("/me/tokens/", WISH | change).status_code == 422
    assert not Token.objects.exists()


def test_a_person_sees_and_revokes_their_own_only(as_alice: Client, alice: User, bob: User) -> None:
    own, other = create_token(actor=alice, name="mine").token, create_token(actor=bob, name="his").token
    page = as_alice.get("/me/tokens/").content.decode()
    assert "mine" in page
    assert "his" not in page.partition("<main")[2].partition("</table>")[0].replace("this", "")
    assert as_alice.post(f"/me/tokens/{own.pk}/revoke/").status_code == 302
    assert as_alice.post(f"/me/tokens/{other.pk}/revoke/").status_code == 404
    assert set(Token.objects.filter(revoked_at=None).values_list("name", flat=True)) == {"his"}


def test_too_many_tokens_are_refused_in_words(as_alice: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("permissions.tokens.services.MOST_TOKENS", 1)
    create_token(actor=alice, name="the one")
    page = as_alice.post("/me/tokens/", WISH)
    assert page.status_code == 422
    assert "Revoke those that nothing uses" in page.content.decode()


def test_the_command_makes_lists_and_revokes(alice: User) -> None:
    out = StringIO()
    call_command("token", "create", "alice", "cron", "--scopes", "read", "harvest", stdout=out, stderr=StringIO())
    token = Token.objects.get()
    assert token.digest == digest_of(out.getvalue().strip())
    listed = StringIO()
    call_command("token", "list", stdout=listed)
    assert "cron" in listed.getvalue()
    assert out.getvalue().strip() not in listed.getvalue()
    call_command("token", "revoke", str(token.pk), stdout=StringIO())
    token.refresh_from_db()
    assert token.state == "revoked"


@pytest.mark.parametrize(
    "words", [["create", "nobody", "x"], ["create", "alice", "x", "--days", "999"], ["revoke", "9"]]
)
def test_the_command_refuses_in_words(alice: User, words: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("token", *words)
