"""Who changes a rule so that it stops them less is on record, and the council hears of it."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Dataset
from notifications.models import Notice
from permissions.models import AuditEntry, OptOutRule, Role, RoleGrant, User
from permissions.rules.services import withdraw_rule
from tests.factories import RuleFactory, UserFactory
from tests.permissions.test_requests_follow_rules import change

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora(db: None) -> User:
    """Dora sits in the council."""
    dora = UserFactory.create(username="dora")
    RoleGrant.objects.create(role=Role.COUNCIL, person=dora)
    return dora


@pytest.fixture
def rule(customers: Dataset, alice: User) -> OptOutRule:
    return RuleFactory.create(label="source:crm", level="read", everyone=True, owner=alice)


def heard(person: User) -> int:
    return Notice.objects.filter(person=person, kind="rule_spares").count()


@pytest.mark.parametrize(
    ("told", "spares"),
    [
        ({"spare": {"except_people": "alice"}}, True),
        ({"spare": {"everyone": False, "people": "bob"}}, True),
        ({"level": "sample"}, True),
        ({"label": "tag:gold"}, True),
        ({"level": "discover"}, False),
        ({"spare": {"except_people": "bob"}}, False),
        ({"reason": "It is for another reason now."}, False),
    ],
)
def test_the_council_hears_when_a_change_spares_its_author(
    told: dict[str, Any], spares: bool, rule: OptOutRule, alice: User, bob: User, dora: User, root: User
) -> None:
    people = {"alice": [alice], "bob": [bob]}
    named = {key: people.get(value, value) for key, value in told.get("spare", {}).items()}
    change(rule, alice, **told | {"spare": named or None})
    assert (heard(dora), heard(alice), heard(root)) == (int(spares), 0, 0)
    assert AuditEntry.objects.filter(action="rule.author_spared", actor_id=alice.pk).exists() == spares


def test_so_it_does_when_they_end_it(rule: OptOutRule, alice: User, dora: User) -> None:
    withdraw_rule(actor=alice, rule=rule)
    assert heard(dora) == 1


def test_who_it_never_stopped_spares_nobody(rule: OptOutRule, alice: User, bob: User, dora: User) -> None:
    change(rule, bob, spare={"everyone": False, "people": [alice]})
    before = heard(dora)
    withdraw_rule(actor=bob, rule=rule)
    assert (before, heard(dora)) == (1, 1)


def test_a_program_they_answer_for_is_theirs(rule: OptOutRule, alice: User, dora: User) -> None:
    program = UserFactory.create(username="airflow", is_service=True, answered_by=alice)
    change(rule, dora, spare={"everyone": False, "people": [program]})
    before = heard(dora)
    change(rule, alice, spare={"people": [UserFactory.create()]})
    assert heard(dora) == before + 1


def test_the_only_member_of_the_council_is_told_on_to_administrators(rule: OptOutRule, dora: User, root: User) -> None:
    change(rule, dora, spare={"except_people": [dora]})
    assert (heard(dora), heard(root)) == (0, 1)
