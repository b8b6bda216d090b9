"""Signing in at a real provider: code and PKCE, accounts, teams, and everything that must be refused."""

from __future__ import annotations

import logging
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.management import CommandError, call_command
from django.test import Client

from permissions.models import Role, RoleGrant, Team, User, UserSession
from permissions.oidc import provider as strict
from permissions.oidc.conf import Provider
from tests.cast import signed_in
from tests.factories import TeamFactory, UserFactory
from tests.sign_in.conftest import Configure, at_provider, sign_in, way_back, way_there, who_is

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alice")]  # alice: this is no new installation


def teams_of(username: str) -> set[str]:
    return set(Team.objects.filter(members__username=username).values_list("name", flat=True))


def test_who_signs_in_first_gets_an_account_and_their_teams(client: Client, provider: Provider) -> None:
    at_provider(provider, "ada", groups=["Data Engineering", "sales@emea"])
    there = way_there(client, next="/me/")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) >= 43
    assert {"state", "nonce", "response_type"} <= asked.keys()
    back = client.get(way_back(there, "ada"))
    assert back["Location"] == "/me/"
    person = User.objects.get(username="ada")
    assert (str(person), person.email, person.has_usable_password()) == ("Ada King", "ada@northbeam.example", False)
    assert (person.is_superuser, person.is_staff) == (False, False)
    assert who_is(client) == "ada"
    assert teams_of("ada") == {"Data Engineering", "sales@emea"}


def test_teams_follow_the_groups_at_each_sign_in(client: Client, provider: Provider) -> None:
    at_provider(provider, "bea", groups=["one", "two"])
    sign_in(client, "bea")
    TeamFactory.create(name="Book club", members=[User.objects.get(username="bea")])
    at_provider(provider, "bea", groups=["two", "three"])
    sign_in(Client(), "bea")
    assert teams_of("bea") == {"two", "three", "Book club"}
    at_provider(provider, "bea")
    sign_in(Client(), "bea")
    assert teams_of("bea") == {"Book club"}
    assert User.objects.filter(username="bea").count() == 1


def test_a_group_does_not_take_over_a_team_of_people_here(client: Client, provider: Provider) -> None:
    team = TeamFactory.create(slug="council", name="Council")
    RoleGrant.objects.create(role=Role.ADMINISTRATOR, team=team)
    at_provider(provider, "mallory", groups=["council", "Council", "COUNCIL"])
    sign_in(client, "mallory")
    assert teams_of("mallory") == set()


@pytest.mark.parametrize("groups", ["just one", 7, None, {"a": 1}, [1, None, "ok", "", "  "], ["x" * 5000], ["a\0b"]])
def test_strange_groups_do_no_harm(client: Client, provider: Provider, groups: object) -> None:
    at_provider(provider, "carl", groups=groups)
    assert sign_in(client, "carl").status_code == 302
    assert who_is(client) == "carl"


def test_somebody_in_five_hundred_groups_comes_in(client: Client, provider: Provider) -> None:
    at_provider(provider, "max", groups=[f"group {number}" for number in range(500)])
    sign_in(client, "max")
    assert len(teams_of("max")) == 500


def test_too_many_groups_to_send_leave_the_teams_as_they_are(client: Client, provider: Provider) -> None:
    at_provider(provider, "dora", groups=["one"])
    sign_in(client, "dora")
    requests.put(
        f"{provider.issuer}/users/dora", json={"_claim_names": {"groups": "src1"}, "email": "d@x.example"}, timeout=5
    )
    sign_in(Client(), "dora")
    assert teams_of("dora") == {"one"}


def test_usernames_are_made_to_fit(client: Client, provider: Provider) -> None:
    UserFactory.create(username="Eve")
    at_provider(provider, "e1", preferred_username="eve", email="e1@x.example")
    at_provider(provider, "e2", preferred_username="../<b>Ünï@corp", email="e2@x.example", name="E\0vil <script>")
    sign_in(client, "e1")
    assert who_is(client) == "eve-2"
    other = Client()
    sign_in(other, "e2")
    assert who_is(other) == "b-n"


def test_an_unverified_address_is_nobodys(client: Client, provider: Provider, alice: User) -> None:
    at_provider(provider, "m1", email=alice.email, email_verified=False)
    sign_in(client, "m1")
    assert (who_is(client), User.objects.get(username="m1").email) == ("m1", "")


def test_an_account_with_the_address_is_not_linked_unless_that_is_wished(
    client: Client, provider: Provider, alice: User
) -> None:
    at_provider(provider, "m2", email=alice.email)
    answer = sign_in(client, "m2")
    assert answer.status_code == 403
    assert "is here already" in answer.content.decode()
    assert who_is(client) == ""


def test_where_it_is_wished_a_verified_address_links(client: Client, configure: Configure, alice: User) -> None:
    provider = configure(link_by_email=True)
    at_provider(provider, "m3", email=alice.email.upper())
    assert sign_in(client, "m3").status_code == 302
    assert who_is(client) == "alice"
    at_provider(provider, "m3", email="elsewhere@x.example")
    again = Client()
    sign_in(again, "m3")
    assert who_is(again) == "alice"


def test_an_address_never_leads_into_an_administrators_account(
    client: Client, configure: Configure, alice: User
) -> None:
    provider = configure(link_by_email=True)
    RoleGrant.objects.create(role=Role.ADMINISTRATOR, person=alice)
    at_provider(provider, "m4", email=alice.email)
    assert sign_in(client, "m4").status_code == 403


def test_only_allowed_groups_and_domains_come_in(client: Client, configure: Configure) -> None:
    provider = configure(allowed_groups=("catalog",), allowed_mail_domains=("northbeam.example",))
    at_provider(provider, "in", groups=["catalog"])
    at_provider(provider, "no-group", groups=["others"])
    at_provider(provider, "no-domain", groups=["catalog"], email="x@northbeam.example.evil")
    at_provider(provider, "no-proof", groups=["catalog"], email_verified=False)
    for sub in ("no-group", "no-domain", "no-proof"):
        assert sign_in(Client(), sub).status_code == 403
    assert sign_in(client, "in").status_code == 302
    assert set(User.objects.exclude(username="alice").values_list("username", flat=True)) == {"in"}


def test_without_new_accounts_strangers_stay_outside(client: Client, configure: Configure) -> None:
    provider = configure(create_accounts=False)
    at_provider(provider, "stranger")
    assert "no account here yet" in sign_in(client, "stranger").content.decode()


def test_a_closed_account_does_not_come_in(client: Client, provider: Provider) -> None:
    at_provider(provider, "gone")
    sign_in(client, "gone")
    User.objects.filter(username="gone").update(is_active=False)
    assert who_is(client) == ""
    assert sign_in(Client(), "gone")["Location"].startswith("/accounts/inactive")


def test_the_same_answer_works_once(client: Client, provider: Provider) -> None:
    at_provider(provider, "ada")
    back = way_back(way_there(client), "ada")
    assert client.get(back).status_code == 302
    client.logout()
    assert client.get(back).status_code == 403
    assert who_is(client) == ""


def test_an_answer_that_began_in_another_browser_is_refused(client: Client, provider: Provider) -> None:
    at_provider(provider, "mallory")
    back = way_back(way_there(Client()), "mallory")
    assert client.get(back).status_code == 403
    assert who_is(client) == ""


@pytest.mark.parametrize("path", ["?", "?state=x", "?state=x&code=y", "?error=access_denied&state=x", "?code=%00"])
def test_answers_out_of_the_blue_are_refused(client: Client, provider: Provider, path: str) -> None:
    assert client.get(f"/accounts/oidc/sso/login/callback/{path}").status_code == 403


def test_who_stops_at_the_provider_is_told_so(client: Client, provider: Provider) -> None:
    state = parse_qs(urlsplit(way_there(client)).query)["state"][0]
    answer = client.get(f"/accounts/oidc/sso/login/callback/?error=access_denied&state={state}")
    assert "You did not sign in" in answer.content.decode()


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", "http:evil"]
)
def test_signing_in_leads_nowhere_else(client: Client, provider: Provider, elsewhere: str) -> None:
    at_provider(provider, "ada")
    assert sign_in(client, "ada", next=elsewhere)["Location"] == "/"


def test_the_way_there_takes_nothing_from_the_address(client: Client, provider: Provider) -> None:
    query = "scope=admin&auth_params=prompt%3Dnone&process=connect&action=rerequest"
    page = client.post(f"/accounts/oidc/sso/login/?{query}")
    assert "admin" not in page.content.decode()
    assert "prompt" not in page.content.decode()


def test_the_way_there_begins_with_a_form_of_ours(alice: User, provider: Provider) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/accounts/oidc/sso/login/").status_code == 403
    assert browser.get("/accounts/oidc/sso/login/").status_code == 405


def test_the_session_is_a_new_one(client: Client, provider: Provider) -> None:
    at_provider(provider, "ada")
    there = way_there(client)
    fixed = str(client.session.session_key)
    client.get(way_back(there, "ada"))
    assert client.session.session_key != fixed
    assert not client.session.exists(fixed)


def test_who_was_signed_in_before_is_signed_out(provider: Provider, alice: User) -> None:
    client = signed_in(alice)
    at_provider(provider, "ada")
    sign_in(client, "ada")
    assert who_is(client) == "ada"


def test_the_session_ends_after_some_hours(client: Client, configure: Configure) -> None:
    provider = configure(session_hours=3)
    at_provider(provider, "ada")
    sign_in(client, "ada")
    assert client.session.get_expiry_age() == 3 * 3600
    assert UserSession.objects.get(user__username="ada").way == "provider"


@pytest.mark.parametrize("page", ["/accounts/3rdparty/", "/accounts/3rdparty/signup/", "/accounts/social/signup/"])
def test_there_is_no_other_way_to_link_accounts(as_alice: Client, page: str) -> None:
    assert as_alice.get(page).status_code == 404


def test_without_a_provider_there_is_no_way_there(client: Client, settings) -> None:
    settings.CONCORD_OIDC, settings.SOCIALACCOUNT_PROVIDERS = None, {}
    assert "oidc" not in client.get("/accounts/login/").content.decode()
    assert client.post("/accounts/oidc/sso/login/").status_code == 404
    assert client.post("/accounts/oidc/sso/backchannel-logout/").status_code == 404


def test_a_provider_that_is_down_leaves_passwords(client: Client, configure: Configure, alice: User) -> None:
    configure(issuer="http://localhost:9")
    answer = client.post("/accounts/oidc/sso/login/")
    assert answer.status_code == 503
    assert "does not answer" in answer.content.decode()
    alice.set_password("long-words-42")
    alice.save()
    assert "Sign in with Northbeam ID" in client.get("/accounts/login/").content.decode()
    client.post("/accounts/login/", {"login": "alice", "password": "long-words-42"})
    assert who_is(client) == "alice"


def test_a_provider_that_goes_down_in_between_is_told_of(
    client: Client, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_provider(provider, "ada")
    back = way_back(way_there(client), "ada")

    def away(*args: object, **kwargs: object) -> None:
        raise requests.ConnectionError("gone")

    monkeypatch.setattr(strict.StrictAdapter, "get_access_token_data", away)
    assert client.get(back).status_code == 503


@pytest.mark.parametrize("token", [None, "a.b.c", 7, ""])
def test_answers_of_the_provider_that_prove_nothing_are_refused_and_logged(
    client: Client,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    token: object,
) -> None:
    at_provider(provider, "ada")
    back = way_back(way_there(client), "ada")
    monkeypatch.setattr(
        strict.StrictAdapter, "get_access_token_data", lambda *args, **kwargs: {"access_token": "x", "id_token": token}
    )
    with caplog.at_level(logging.WARNING):
        assert client.get(back).status_code in {403, 503}
    assert "provider" in caplog.text
    assert who_is(client) == ""


def test_the_token_of_another_sign_in_is_refused(
    client: Client, provider: Provider, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Stolen from a sign-in of the same person elsewhere: signed, for us, of now; only the nonce tells."""
    at_provider(provider, "ada")
    kept: list[dict[str, object]] = []
    real = strict.StrictAdapter.get_access_token_data

    def keep(self, *args, **kwargs):
        kept.append(real(self, *args, **kwargs))
        return kept[0]

    monkeypatch.setattr(strict.StrictAdapter, "get_access_token_data", keep)
    sign_in(Client(), "ada")
    assert sign_in(client, "ada").status_code == 403
    assert "nonce" in caplog.text
    assert who_is(client) == ""


def test_what_the_provider_tells_of_somebody_else_is_refused(
    client: Client, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_provider(provider, "ada")
    monkeypatch.setattr(strict.StrictAdapter, "_fetch_user_info", lambda *args: {"sub": "root", "email": "r@x.example"})
    assert sign_in(client, "ada").status_code == 403


def test_accounts_are_linked_by_command(client: Client, provider: Provider, alice: User) -> None:
    RoleGrant.objects.create(role=Role.ADMINISTRATOR, person=alice)
    at_provider(provider, "a1", email=alice.email)
    assert sign_in(client, "a1").status_code == 403
    out = StringIO()
    call_command("provider", "link", "alice", "a1", stdout=out)
    assert sign_in(client, "a1").status_code == 302
    assert who_is(client) == "alice"
    UserFactory.create(username="bob")
    with pytest.raises(CommandError, match="linked to alice already"):
        call_command("provider", "link", "bob", "a1")
    call_command("provider", "unlink", "alice", stdout=out)
    assert sign_in(Client(), "a1").status_code == 403
    call_command("provider", "check", stdout=out)
    assert "answers. Keys: 1" in out.getvalue()
