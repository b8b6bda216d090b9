"""Sessions: seen, ended by their owner or an administrator, and ended by what ends them by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from permissions.models import AuditEntry, Role, RoleGrant, User, UserSession
from permissions.sessions.agents import described
from permissions.sessions.services import remove_old_sessions
from tests.api.conftest import program
from tests.cast import signed_in
from tests.sign_in.conftest import who_is

pytestmark = pytest.mark.django_db
PASSWORD = "long-words-42"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"


@pytest.fixture
def alice(alice: User) -> User:
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def by_password(person: User, **meta: Any) -> Client:
    client = Client(**meta)
    client.post("/accounts/login/", {"login": person.username, "password": PASSWORD})
    return client


def row(client: Client) -> UserSession:
    return UserSession.objects.get(key=client.session.session_key)


def test_one_sees_where_one_is_signed_in(alice: User, bob: User) -> None:
    here = by_password(alice, REMOTE_ADDR="10.1.2.3", HTTP_USER_AGENT=FIREFOX)
    by_password(alice, REMOTE_ADDR="10.9.9.9", HTTP_USER_AGENT="curl/8")
    signed_in(bob)
    page = here.get("/me/sessions/").content.decode()
    assert (page.count("Firefox on Windows"), page.count("10.1.2.3"), page.count("This one")) == (1, 1, 1)
    assert "10.9.9.9" in page
    assert UserSession.objects.filter(user=alice).open().count() == page.count('scope="row"') == 2
    assert row(here).way == "password"


def test_one_is_signed_out_elsewhere_at_once(alice: User) -> None:
    here, there = by_password(alice), by_password(alice)
    assert here.post(f"/me/sessions/{row(there).pk}/end/").status_code == 302
    assert (who_is(here), who_is(there)) == ("alice", "")
    assert AuditEntry.objects.filter(action="session.ended", actor_name="alice").count() == 1


def test_one_is_signed_out_everywhere_else(alice: User, bob: User) -> None:
    here, there, elsewhere, other = by_password(alice), by_password(alice), by_password(alice), signed_in(bob)
    here.post("/me/sessions/end-others/")
    assert [who_is(one) for one in (here, there, elsewhere, other)] == ["alice", "", "", "bob"]


def test_nobody_ends_or_sees_the_sessions_of_others(alice: User, as_bob: Client) -> None:
    client = signed_in(alice)
    assert as_bob.post(f"/me/sessions/{row(client).pk}/end/").status_code == 404
    for path in ("sessions/", "sessions/end-all/", "second-factor/remove/"):
        assert as_bob.post(f"/people/alice/{path}").status_code in {403, 405}
    assert as_bob.get("/people/alice/sessions/").status_code == 403
    assert who_is(client) == "alice"


def test_an_administrator_signs_somebody_out(alice: User, bob: User) -> None:
    RoleGrant.objects.create(role=Role.ADMINISTRATOR, person=bob)
    admin, first, second, third = signed_in(bob), signed_in(alice), signed_in(alice), signed_in(alice)
    assert "A browser" in admin.get("/people/alice/sessions/").content.decode()
    admin.post(f"/me/sessions/{row(first).pk}/end/")
    assert [who_is(one) for one in (first, second)] == ["", "alice"]
    admin.post("/people/alice/sessions/end-all/")
    assert [who_is(one) for one in (second, third, admin)] == ["", "", "bob"]


def test_another_password_ends_the_other_sessions(alice: User) -> None:
    here, there = by_password(alice), by_password(alice)
    new = {"oldpassword": PASSWORD, "password1": "other-words-43", "password2": "other-words-43"}
    here.post("/accounts/password/change/", new)
    assert (who_is(here), who_is(there)) == ("alice", "")
    assert "This one" in here.get("/me/sessions/").content.decode()


def test_an_account_that_is_switched_off_is_out_at_its_next_request(alice: User) -> None:
    browser, machine = by_password(alice), program(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert (who_is(browser), machine.get("/api/v1/me").status_code) == ("", 401)
    assert browser.get("/me/")["Location"].startswith("/accounts/login/")
    refused = Client().post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert refused["Location"] == "/accounts/inactive/"


def test_signing_out_leaves_the_list(alice: User) -> None:
    client = by_password(alice)
    kept = row(client).pk
    client.post("/accounts/logout/")
    assert UserSession.objects.get(pk=kept).ended_at is not None


def test_signing_in_takes_a_new_session(alice: User) -> None:
    client = Client()
    client.get("/accounts/login/")
    client.session["planted"] = 1
    planted = client.session
    planted.save()
    client.cookies["concord_session"] = str(planted.session_key)
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert client.session.session_key != planted.session_key
    assert who_is(client) == "alice"


@pytest.mark.parametrize("forwarded", ["6.6.6.6", "6.6.6.6, 7.7.7.7", "'; drop table x", "", "x" * 5000])
def test_what_clients_say_of_their_address_is_not_believed(alice: User, settings, forwarded: str) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    client = by_password(alice, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert row(client).address == "10.0.0.1"


def test_behind_one_proxy_the_address_is_what_it_added(alice: User, settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = by_password(alice, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 192.0.2.7")
    assert row(client).address == "192.0.2.7"


def test_invented_addresses_buy_no_further_guesses(alice: User, settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    for number in range(22):
        guesser = Client(REMOTE_ADDR="10.77.0.9", HTTP_X_FORWARDED_FOR=f"6.6.6.{number}")
        answer = guesser.post("/accounts/login/", {"login": f"nobody{number}", "password": "wrong"})
    assert "Too many failed" in answer.content.decode()


def test_use_is_noted_to_the_minute_at_most(alice: User) -> None:
    client = by_password(alice)
    then = timezone.now() - timedelta(hours=1)
    UserSession.objects.update(last_used_at=then)
    client.get("/me/sessions/")
    assert row(client).last_used_at == then  # within the first minute


def test_what_is_over_is_forgotten_after_a_while(alice: User) -> None:
    now, old = by_password(alice), by_password(alice)
    long_ago = timezone.now() - timedelta(days=100)
    UserSession.objects.filter(pk=row(old).pk).update(expires_at=long_ago)
    assert remove_old_sessions() == 1
    assert set(UserSession.objects.all()) == {row(now)}


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"), ("", "A browser"), ("curl/8", "A browser"), ("<script>", "A browser"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Linux"),
    ],
)  # fmt: skip
def test_devices_are_called_as_people_call_them(agent: str, words: str) -> None:
    assert described(agent) == words
