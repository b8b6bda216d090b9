"""Staff mode: asked for again, with a reason, for a while, in one browser, and on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Dataset
from permissions.models import AuditEntry, Duty, RoleGrant, StaffMode, User
from permissions.staff.middleware import KEY
from tests.cast import in_staff_mode, signed_in
from tests.factories import RuleFactory

pytestmark = pytest.mark.django_db
WORDS = {"reason": "Source of the bank is stuck, ticket 42"}


def on(client: Client) -> bool:
    return "Staff mode</strong>" in client.get("/me/").content.decode()


def test_it_asks_for_the_password_again_and_then_starts(root: User) -> None:
    root.set_password("fresh-words-42")
    root.save()
    client = signed_in(root)
    asked = client.post("/staff/", WORDS, follow=True)
    assert asked.request["PATH_INFO"] == "/accounts/reauthenticate/"
    client.post("/accounts/reauthenticate/?next=/staff/", {"password": "wrong"})
    assert not StaffMode.objects.exists()
    client.post("/accounts/reauthenticate/?next=/staff/", {"password": "fresh-words-42"}, follow=True)
    mode = StaffMode.objects.get()
    assert (mode.person, mode.reason) == (root, WORDS["reason"])
    assert mode.until - mode.started_at == timedelta(minutes=30)
    assert on(client)


def test_who_has_nothing_to_be_asked_for_signs_in_again_first(root: User) -> None:
    root.set_unusable_password()
    root.save()
    answer = signed_in(root).post("/staff/", WORDS)
    assert answer.status_code == 422
    assert "Sign out, sign in" in answer.content.decode()


def test_it_is_for_administrators_with_a_reason(as_alice: Client, root: User) -> None:
    assert as_alice.get("/staff/").status_code == 403
    root.set_password("fresh-words-42")
    root.save()
    client = signed_in(root)
    client.post("/accounts/reauthenticate/", {"password": "fresh-words-42"})
    assert "at least 10" in client.post("/staff/", {"reason": "because"}).content.decode()


def test_it_holds_in_one_browser_until_it_is_ended(root: User) -> None:
    client, other = in_staff_mode(root), signed_in(root)
    assert on(client)
    assert not on(other)
    client.post("/staff/end/")
    assert not on(client)
    assert StaffMode.objects.get().ended_at is not None


def test_it_ends_by_itself(root: User) -> None:
    client = in_staff_mode(root)
    StaffMode.objects.update(started_at=timezone.now() - timedelta(hours=2), until=timezone.now() - timedelta(hours=1))
    assert not on(client)
    assert KEY not in client.session


def test_it_ends_with_the_role(root: User) -> None:
    client = in_staff_mode(root)
    RoleGrant.objects.all().delete()
    assert not on(client)


def test_nobody_borrows_the_staff_mode_of_another(root: User, as_alice: Client) -> None:
    in_staff_mode(root)
    session = as_alice.session
    session[KEY] = StaffMode.objects.get().pk
    session.save()
    assert not on(as_alice)


def test_everything_may_be_done_in_it_but_what_a_rule_closes(root: User, customers: Dataset) -> None:
    root.staff_mode = StaffMode(person=root, until=timezone.now() + timedelta(minutes=1))
    assert {duty for duty in Duty if root.has_perm(duty, customers)} == set(Duty)
    assert root.has_perm("permissions.change_user")
    RuleFactory.create(label="source:crm", level="discover", people=[root])
    again = User.objects.get(pk=root.pk)
    again.staff_mode = root.staff_mode
    assert not any(again.has_perm(duty, customers) for duty in Duty)
    assert not Dataset.objects.writable_by(again, Duty.CURATE).exists()


def test_what_is_done_in_it_is_on_record(root: User) -> None:
    client = in_staff_mode(root)
    client.post("/me/theme/", {"theme": "dark"})
    client.post("/staff/end/")
    found: list[Any] = list(AuditEntry.objects.filter(action__startswith="staff.").order_by("at"))
    assert [(one.action, one.actor_name) for one in found[:2]] == [("staff.started", "root"), ("staff.acted", "root")]
    assert found[1].thing_name == "POST /me/theme/"
    assert "staff.ended" in {one.action for one in found}
