"""People's own pages: settings, theme, time zone, sign-in."""

import pytest
from django.core import mail
from django.test import Client

from permissions.models import User

pytestmark = pytest.mark.django_db


def test_settings_are_saved_and_said(as_alice: Client, alice: User) -> None:
    changes = {"first_name": "Al", "last_name": "A", "title": "Steward", "theme": "dark", "time_zone": "Asia/Tokyo"}
    response = as_alice.post("/me/", changes, follow=True)
    assert "Settings saved." in response.content.decode()
    alice.refresh_from_db()
    assert (alice.first_name, alice.title, alice.theme, alice.time_zone) == ("Al", "Steward", "dark", "Asia/Tokyo")


def test_settings_that_make_no_sense_are_refused_in_place(as_alice: Client, alice: User) -> None:
    response = as_alice.post("/me/", {"theme": "pink", "time_zone": "Mars/Base"})
    assert response.status_code == 422
    assert 'data-bs-theme="system"' in response.content.decode()
    alice.refresh_from_db()
    assert alice.time_zone == "UTC"


def test_nobody_becomes_an_administrator_by_their_settings(as_alice: Client, alice: User) -> None:
    as_alice.post(
        "/me/", {"theme": "dark", "time_zone": "UTC", "is_superuser": "on", "is_staff": "on", "username": "root"}
    )
    alice.refresh_from_db()
    assert (alice.is_superuser, alice.is_staff, alice.username) == (False, False, "alice")


def test_the_theme_is_on_the_page_before_any_script_runs(as_alice: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(theme="dark")
    assert '<html lang="en" data-bs-theme="dark">' in as_alice.get("/me/").content.decode()


def test_the_theme_is_kept_in_the_browser_before_sign_in(client: Client, alice: User) -> None:
    assert client.post("/me/theme/", {"theme": "dark", "next": "/accounts/login/"})["Location"] == "/accounts/login/"
    assert 'data-bs-theme="dark"' in client.get("/accounts/login/").content.decode()


def test_a_theme_nobody_made_is_refused(as_alice: Client) -> None:
    assert as_alice.post("/me/theme/", {"theme": "pink"}).status_code == 400


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_theme_switch_leads_nowhere_else(as_alice: Client, elsewhere: str) -> None:
    assert as_alice.post("/me/theme/", {"theme": "dark", "next": elsewhere})["Location"] == "/"


def test_times_are_shown_in_the_readers_zone(as_alice: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")
    assert " JST" in as_alice.get("/ui/").content.decode()


def test_a_zone_this_machine_does_not_know_is_utc(as_alice: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Mars/Base")
    assert " UTC" in as_alice.get("/ui/").content.decode()


def test_a_person_is_found_in_any_case(as_alice: Client, bob: User) -> None:
    assert "Bob Baker" in as_alice.get("/people/BOB/").content.decode()
    assert as_alice.get("/people/nobody/").status_code == 404


@pytest.mark.parametrize("path", ["/me/", "/people/alice/", "/ui/", "/palette/"])
def test_an_outsider_is_sent_to_sign_in(client: Client, alice: User, path: str) -> None:
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


def test_signing_up_is_closed(client: Client, alice: User) -> None:
    assert "Accounts are given" in client.get("/accounts/signup/").content.decode()
    client.post(
        "/accounts/signup/", {"username": "eve", "email": "e@x.org", "password1": "a-b-c-1-2", "password2": "a-b-c-1-2"}
    )
    assert not User.objects.filter(username="eve").exists()


def test_a_forgotten_password_is_replaced_by_mail(client: Client, alice: User) -> None:
    alice.set_password("old-password-1")
    alice.save()
    client.post("/accounts/password/reset/", {"email": alice.email})
    link = next(word for word in str(mail.outbox[0].body).split() if "/accounts/password/" in word)
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "fresh-words-42", "password2": "fresh-words-42"})
    alice.refresh_from_db()
    assert alice.check_password("fresh-words-42")


def test_asking_for_an_unknown_address_tells_only_that_address(client: Client, alice: User) -> None:
    response = client.post("/accounts/password/reset/", {"email": "who@example.org"}, follow=True)
    assert "If an account has that address" in response.content.decode()
    assert "no account in Concord has this address" in str(mail.outbox[0].body)


def test_a_wrong_password_is_told_without_telling_which(client: Client, alice: User) -> None:
    response = client.post("/accounts/login/", {"login": "alice", "password": "wrong"})
    assert "not correct" in response.content.decode()
