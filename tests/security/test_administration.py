"""Staff who administer people are not thereby administrators, and nobody signs in past the limits."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from permissions.models import Team, User
from tests.cast import signed_in
from tests.factories import RuleFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(db: None) -> User:
    """Manages accounts and teams, and is no administrator."""
    person = UserFactory.create(username="clerk", is_staff=True)
    wanted = Permission.objects.filter(content_type__app_label="permissions", content_type__model__in=["user", "team"])
    person.user_permissions.set(wanted)
    return person


def change(client: Client, person: User, **values: object) -> None:
    page = reverse("admin:permissions_user_change", args=[person.pk])
    known = {"username": person.username, "email": person.email, "theme": "system", "time_zone": "UTC"}
    known |= {"date_joined_0": "2026-01-05", "date_joined_1": "09:30:00"}
    client.post(page, {**known, **values})
    person.refresh_from_db()


def test_nobody_makes_themselves_an_administrator(clerk: User) -> None:
    change(signed_in(clerk), clerk, first_name="Clara", is_superuser="on", is_staff="on", is_active="on")
    assert clerk.first_name == "Clara"
    assert not clerk.is_superuser


def test_nobody_but_administrators_gives_rights(clerk: User, charlie: User) -> None:
    change(signed_in(clerk), charlie, is_staff="on", is_active="on", user_permissions=Permission.objects.first().pk)  # type: ignore[union-attr]
    assert not charlie.is_staff
    assert not charlie.user_permissions.exists()


def test_nobody_but_administrators_sets_their_password(clerk: User) -> None:
    root = UserFactory.create(username="root", is_staff=True, is_superuser=True)
    page = reverse("admin:auth_user_password_change", args=[root.pk])
    answer = signed_in(clerk).post(page, {"password1": "Heron-42-heron", "password2": "Heron-42-heron"})
    root.refresh_from_db()
    assert answer.status_code == 403
    assert not root.check_password("Heron-42-heron")


def test_a_team_that_a_rule_names_is_not_deleted(clerk: User, team: Team) -> None:
    RuleFactory.create(teams=[team])
    signed_in(clerk).post(reverse("admin:permissions_team_delete", args=[team.pk]), {"post": "yes"})
    signed_in(clerk).post(
        reverse("admin:permissions_team_changelist"),
        {"action": "delete_selected", "_selected_action": [team.pk], "post": "yes"},
    )
    assert Team.objects.filter(pk=team.pk).exists()


def test_the_administration_has_no_sign_in_of_its_own(client: Client) -> None:
    UserFactory.create(username="root", is_staff=True, is_superuser=True, password="")
    answer = client.post("/admin/login/", {"username": "root", "password": "guess"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
