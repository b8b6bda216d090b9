"""Roles are given to people and teams, hold from the next request, and somebody always administers."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command

from permissions.appointing import give_role, take_role
from permissions.models import AuditEntry, Role, RoleGrant, Team, User
from permissions.roles import (
    administrators,
    council_members,
    forget_roles,
    is_administrator,
    is_council,
    may_manage_rules,
    roles_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(db: None) -> User:
    return User.objects.create_superuser("root", "root@example.org")


def test_the_command_line_makes_an_administrator(db: None) -> None:
    call_command("createsuperuser", "--no-input", username="root", email="root@example.org")
    assert is_administrator(User.objects.get(username="root"))


def test_a_role_given_to_a_team_is_its_members_while_they_are_in_it(root: User, team: Team, bob: User) -> None:
    give_role(actor=root, role=Role.COUNCIL, whom=team)
    assert is_council(bob)
    team.members.remove(bob)
    assert is_council(bob), "one request has one answer"
    forget_roles(bob)
    assert not is_council(bob)


def test_people_with_a_role_are_listed_once_and_only_while_their_account_is_open(
    root: User, team: Team, alice: User, bob: User, charlie: User
) -> None:
    give_role(actor=root, role=Role.COUNCIL, whom=team)
    give_role(actor=root, role=Role.COUNCIL, whom=alice)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert list(council_members()) == [alice]
    assert list(administrators()) == [root]


def test_a_closed_account_has_no_role(root: User) -> None:
    root.is_active = False
    assert roles_of(root) == frozenset()


def test_rules_are_for_the_council_and_administrators(root: User, alice: User, charlie: User) -> None:
    give_role(actor=root, role="council", whom=alice)
    assert [may_manage_rules(person) for person in (root, alice, charlie)] == [True, True, False]


def test_only_administrators_give_and_take_roles(root: User, alice: User) -> None:
    with pytest.raises(PermissionDenied):
        give_role(actor=alice, role=Role.ADMINISTRATOR, whom=alice)
    with pytest.raises(PermissionDenied):
        take_role(actor=alice, grant=RoleGrant.objects.get())


def test_the_last_administrator_stays(root: User, alice: User) -> None:
    with pytest.raises(ValidationError, match="Somebody must stay"):
        take_role(actor=root, grant=RoleGrant.objects.get())
    give_role(actor=root, role=Role.ADMINISTRATOR, whom=alice)
    take_role(actor=root, grant=RoleGrant.objects.get(person=root))
    assert list(administrators()) == [alice]


def test_unknown_roles_and_closed_accounts_are_refused(root: User, alice: User) -> None:
    with pytest.raises(ValidationError, match="Roles are"):
        give_role(actor=root, role="emperor", whom=alice)
    alice.is_active = False
    with pytest.raises(ValidationError, match="closed"):
        give_role(actor=root, role=Role.COUNCIL, whom=alice)


def test_a_role_given_twice_is_given_and_recorded_once(root: User, alice: User) -> None:
    given = give_role(actor=root, role="council", whom=alice)
    assert give_role(actor=root, role="council", whom=alice) == given
    take_role(actor=root, grant=given)
    entries = AuditEntry.objects.filter(thing_name="alice").order_by("at")
    assert [(entry.action, entry.before, entry.after) for entry in entries] == [
        ("role.given", None, {"role": "council"}),
        ("role.removed", {"role": "council"}, None),
    ]


def test_roles_are_read_once_for_each_request(root: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert is_administrator(root)
        assert not is_council(root)
        assert may_manage_rules(root)
