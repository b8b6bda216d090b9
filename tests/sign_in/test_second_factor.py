"""The second factor: adding it, being asked for it, losing it, and having to have it."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client

from permissions.models import AuditEntry, Role, RoleGrant, User
from permissions.second_factor.services import remove_factors
from tests.api.conftest import program
from tests.cast import signed_in
from tests.sign_in.conftest import Configure, at_provider, sign_in, who_is

pytestmark = pytest.mark.django_db
PASSWORD = "long-words-42"
ADD = "/me/second-factor/totp/activate/"


@pytest.fixture
def alice(alice: User) -> User:
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def by_password(person: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": person.username, "password": PASSWORD})
    return client


def confirmed(person: User) -> Client:
    """A browser in which `person` signed in and confirmed who they are."""
    client = by_password(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def code_of(secret: str) -> str:
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return code


def add_app(client: Client) -> str:
    """Add an app; returns its secret."""
    page = client.get(ADD).content.decode()
    secret: str = re.findall(r'text-break">([A-Z2-7]{16,})<', page)[0]
    answer = client.post(ADD, {"code": code_of(secret)})
    assert answer["Location"] == "/me/second-factor/recovery-codes/"
    return secret


def recovery_codes(client: Client) -> list[str]:
    return re.findall(r"<li>(\d{8})</li>", client.get("/me/second-factor/recovery-codes/").content.decode())


def test_an_app_is_added_and_asked_for(alice: User, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        secret = add_app(confirmed(alice))
    factor = Authenticator.objects.get(user=alice, type="totp")
    assert secret not in str(factor.data)  # encrypted
    Authenticator.objects.filter(pk=factor.pk).update(last_used_at=None)
    client = Client()
    first = client.post("/accounts/login/?next=/me/", {"login": "alice", "password": PASSWORD, "next": "/me/"})
    assert (first["Location"], who_is(client)) == ("/me/second-factor/authenticate/", "")
    page = client.get(first["Location"]).content.decode()
    assert "One more step" in page
    assert client.post(first["Location"], {"code": "000000"}).status_code == 200
    assert who_is(client) == ""
    assert set(AuditEntry.objects.filter(action="factor.added").values_list("actor_name", flat=True)) == {"alice"}


def test_a_recovery_code_works_once(alice: User) -> None:
    owner = confirmed(alice)
    add_app(owner)
    codes = recovery_codes(owner)
    assert len(codes) == 10
    client = by_password(alice)
    assert client.post("/me/second-factor/authenticate/", {"code": codes[0]}).status_code == 302
    assert who_is(client) == "alice"
    again = by_password(alice)
    assert again.post("/me/second-factor/authenticate/", {"code": codes[0]}).status_code == 200
    assert who_is(again) == ""


def test_codes_cannot_be_guessed_for_long(alice: User) -> None:
    add_app(confirmed(alice))
    client = by_password(alice)
    shown = [client.post("/me/second-factor/authenticate/", {"code": f"{n:06}"}) for n in range(7)]
    assert "Too many failed" in shown[-1].content.decode()
    assert who_is(client) == ""


@pytest.mark.parametrize(
    "page", ["totp/activate/", "webauthn/add/", "recovery-codes/generate/"]
)  # fmt: skip
def test_what_is_sensitive_asks_who_one_is_again(alice: User, page: str) -> None:
    answer = signed_in(alice).get(f"/me/second-factor/{page}")
    assert answer["Location"].startswith("/accounts/reauthenticate/")


def test_a_confirmation_holds_for_some_minutes(alice: User) -> None:
    client = confirmed(alice)
    assert client.get(ADD).status_code == 200
    session = client.session
    for method in session["account_authentication_methods"]:
        method["at"] -= timedelta(hours=1).total_seconds()
    session.save()
    page = client.get(ADD)
    assert page["Location"].startswith("/accounts/reauthenticate/")
    again = client.post(page["Location"], {"password": PASSWORD, "next": ADD})
    assert again["Location"] == ADD


def test_removing_the_app_ends_the_recovery_codes(alice: User) -> None:
    client = confirmed(alice)
    add_app(client)
    assert client.post("/me/second-factor/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.filter(user=alice).exists()
    assert AuditEntry.objects.filter(action="factor.removed").count() == 2


def test_where_it_is_demanded_nothing_else_opens(alice: User, settings: Any) -> None:
    settings.CONCORD_SECOND_FACTOR = "everyone"
    client = by_password(alice)
    assert client.get("/me/")["Location"] == "/me/second-factor/"
    assert "needs a second factor" in client.get("/me/", follow=True).content.decode()
    refused = client.get("/api/v1/me")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert program(alice).get("/api/v1/me").status_code == 200
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    add_app(client)
    assert client.get("/me/").status_code == 200
    assert client.get("/api/v1/me").status_code == 200


def test_it_may_be_demanded_of_administrators_alone(alice: User, bob: User, settings: Any) -> None:
    settings.CONCORD_SECOND_FACTOR = "administrators"
    RoleGrant.objects.create(role=Role.ADMINISTRATOR, person=alice)
    assert signed_in(bob).get("/me/").status_code == 200
    assert by_password(alice).get("/me/").status_code == 302


def test_the_provider_has_asked_already(alice: User, configure: Configure, settings: Any) -> None:
    settings.CONCORD_SECOND_FACTOR = "everyone"
    at_provider(configure(), "ada")
    client = Client()
    sign_in(client, "ada")
    assert client.get("/me/").status_code == 200


def test_who_lost_everything_is_helped_by_an_administrator(alice: User, bob: User) -> None:
    add_app(confirmed(alice))
    with pytest.raises(PermissionDenied):
        remove_factors(actor=bob, person=alice)
    out = StringIO()
    call_command("second_factor", "remove", "alice", stdout=out)
    assert "Removed from alice: 2" in out.getvalue()
    assert who_is(by_password(alice)) == "alice"


def test_a_key_that_makes_no_sense_is_refused(alice: User) -> None:
    client = confirmed(alice)
    client.get("/me/second-factor/webauthn/add/")
    for credential in ("", "{}", "x", '{"id": "a"}', "[]"):
        answer = client.post("/me/second-factor/webauthn/add/", {"name": "key", "credential": credential})
        assert answer.status_code == 200
    for credential in ("{}", "x"):
        assert Client().post("/me/second-factor/webauthn/login/", {"credential": credential}).status_code in {302, 429}
    assert not Authenticator.objects.exists()


def test_the_pages_need_no_inline_script(alice: User) -> None:
    client = confirmed(alice)
    add_app(client)
    for path in ("", "webauthn/add/", "recovery-codes/", "totp/deactivate/", "recovery-codes/generate/"):
        page = client.get(f"/me/second-factor/{path}")
        assert page.status_code == 200
        assert "script-src" not in page["Content-Security-Policy"]  # so scripts come from the site itself alone
        scripts = re.findall(r"<script(?![^>]*src=)([^>]*)>", page.content.decode())
        assert all('type="application/json"' in one for one in scripts)
        assert " style=" not in page.content.decode()
    assert client.get("/accounts/2fa/").status_code == 404
