"""Which of the navigation's entries about people somebody has."""

from __future__ import annotations

import pytest
from django.test import Client

from permissions.models import Role, User
from tests.caching import forget_cached
from tests.cast import signed_in
from tests.factories import RoleFactory, UserFactory

pytestmark = pytest.mark.django_db


def entries(person: User) -> set[str]:
    forget_cached()
    page = signed_in(person).get("/").content.decode()
    links = {
        "Audit": "/permissions/audit/", "Service accounts": "/service-accounts/", "Webhooks": "/webhooks/",
        "Received events": "/lineage/events/",
    }  # fmt: skip
    return {name for name, link in links.items() if f'href="{link}"' in page}


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("", set()),
        (Role.ENGINEER, set()),
        (Role.COUNCIL, {"Audit"}),
        (Role.ADMINISTRATOR, {"Audit", "Service accounts", "Webhooks", "Received events"}),
    ],
)
def test_the_record_and_programs_stand_there_for_whoever_may_use_them(role: str, seen: set[str], bob: User) -> None:
    if role:
        RoleFactory.create(person=bob, role=role)
    assert entries(bob) == seen


def test_who_answers_for_a_program_finds_it(bob: User) -> None:
    UserFactory.create(username="airflow", is_service=True, answered_by=bob)
    assert entries(bob) == {"Service accounts"}


def test_what_the_navigation_remembers_opens_nothing(bob: User, client: Client) -> None:
    grant = RoleFactory.create(person=bob, role=Role.COUNCIL)
    assert entries(bob) == {"Audit"}
    grant.delete()
    browser = signed_in(bob)
    assert 'href="/permissions/audit/"' in browser.get("/").content.decode()
    assert browser.get("/permissions/audit/").status_code == 403
