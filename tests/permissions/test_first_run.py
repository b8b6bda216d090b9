"""The very first person of a new installation, and the people of the demo."""

from typing import Any

import pytest
from django.test import Client

from permissions.first_run import AlreadySetUp, create_first_administrator
from permissions.forms.first_run import FirstAdministratorForm
from permissions.models import User
from permissions.roles import is_administrator
from tests.factories import RoleFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW = {"username": "root", "email": "r@example.org", "password1": "fresh-words-42", "password2": "fresh-words-42"}


@pytest.fixture
def laptop(settings: Any) -> None:
    settings.CONCORD_EMBEDDED = True


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/people/x/"])
def test_every_page_leads_to_the_welcome_page_until_there_is_a_user(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == "/welcome/"


def test_the_welcome_page_leads_home_once_there_is_a_user(client: Client, alice: User) -> None:
    assert client.get("/welcome/")["Location"] == "/"


def test_on_a_laptop_the_first_visitor_makes_the_administrator(client: Client, laptop: None) -> None:
    assert client.post("/welcome/", NEW)["Location"] == "/"
    root = User.objects.get()
    assert is_administrator(root)
    assert root.check_password("fresh-words-42")
    assert client.get("/me/").status_code == 200


def test_a_weak_password_is_refused_there_too(client: Client, laptop: None) -> None:
    assert client.post("/welcome/", NEW | {"password1": "1234", "password2": "1234"}).status_code == 422
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "extra", [{"REMOTE_ADDR": "10.0.0.7"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}, {"REMOTE_ADDR": ""}]
)
def test_nobody_takes_a_laptop_over_the_network(client: Client, laptop: None, extra: dict[str, str]) -> None:
    response = client.post("/welcome/", NEW, **extra)  # type: ignore[arg-type]
    assert "createsuperuser" in response.content.decode()
    assert not User.objects.exists()


def test_on_a_server_the_command_line_makes_the_administrator(client: Client, settings: Any) -> None:
    settings.CONCORD_EMBEDDED = False
    assert "createsuperuser" in client.post("/welcome/", NEW).content.decode()
    assert not User.objects.exists()


def test_of_two_who_race_one_wins(alice: User) -> None:
    form = FirstAdministratorForm(NEW)
    assert form.is_valid()
    with pytest.raises(AlreadySetUp):
        create_first_administrator(form)


@pytest.fixture
def demo(settings: Any) -> None:
    settings.CONCORD_DEMO = True
    TeamFactory.create(
        slug="northbeam-demo",
        members=[
            UserFactory.create(username="maya"),
            RoleFactory.create(person__username="chief").person,
        ],
    )


def test_demo_people_are_offered_and_signed_in_as(client: Client, demo: None) -> None:
    assert 'value="maya"' in client.get("/accounts/login/").content.decode()
    assert client.post("/demo/sign-in/", {"username": "maya", "next": "/me/"})["Location"] == "/me/"
    assert 'value="Maya"' in client.get("/me/").content.decode()


@pytest.mark.parametrize("username", ["chief", "alice", "nobody", ""])
def test_nobody_else_is_signed_in_as(client: Client, demo: None, alice: User, username: str) -> None:
    assert client.post("/demo/sign-in/", {"username": username}).status_code == 404


def test_where_the_demo_is_off_there_is_none(client: Client, demo: None, settings: Any) -> None:
    settings.CONCORD_DEMO = False
    assert "Try the demo" not in client.get("/accounts/login/").content.decode()
    assert client.post("/demo/sign-in/", {"username": "maya"}).status_code == 404
