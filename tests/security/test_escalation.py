"""Ways by which somebody might open for themselves what a rule closes, and that do not lead there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from catalog.models import Dataset
from permissions.access_requests.asking import ask
from permissions.access_requests.deciders import deciders, may_decide
from permissions.exceptions.services import make_exception
from permissions.levels import Level
from permissions.models import OptOutRule, Role, User
from permissions.rules.files import Unreadable, from_yaml
from permissions.things import find_thing
from permissions.tokens.services import create_token
from tests.cast import signed_in
from tests.factories import RoleFactory, RuleFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
PURPOSE = "To reconcile last quarter's invoices."


@pytest.fixture
def rule(customers: Dataset, alice: User) -> OptOutRule:
    """Nobody reads the customers; Alice answers for that."""
    return RuleFactory.create(label="source:crm", level="read", everyone=True, owner=alice)


@pytest.fixture
def loader(alice: User) -> User:
    """A program that Alice answers for, and makes tokens of."""
    return UserFactory.create(username="loader", is_service=True, answered_by=alice)


@pytest.fixture
def dora(db: None) -> User:
    person = UserFactory.create(username="dora")
    RoleFactory.create(role=Role.COUNCIL, person=person)
    return person


def tomorrow() -> date:
    return (timezone.now() + timedelta(days=1)).date()


def test_nobody_makes_an_exception_for_a_program_of_theirs(rule: OptOutRule, alice: User, loader: User) -> None:
    with pytest.raises(PermissionDenied):
        make_exception(actor=alice, rule=rule, person=loader, until=tomorrow(), purpose=PURPOSE)


def test_nor_for_a_team_that_their_program_is_in(rule: OptOutRule, alice: User, loader: User) -> None:
    with pytest.raises(PermissionDenied):
        make_exception(
            actor=alice, rule=rule, team=TeamFactory.create(members=[loader]), until=tomorrow(), purpose=PURPOSE
        )


def test_nor_for_a_team_that_they_could_join(rule: OptOutRule, alice: User, bob: User) -> None:
    team = TeamFactory.create(members=[bob])
    team.managers.add(alice)
    with pytest.raises(PermissionDenied):
        make_exception(actor=alice, rule=rule, team=team, until=tomorrow(), purpose=PURPOSE)


def test_what_a_program_asks_is_decided_by_somebody_else(
    rule: OptOutRule, alice: User, dora: User, loader: User, customers: Dataset
) -> None:
    thing = find_thing(loader, f"dataset:{customers.pk}")
    asked = ask(actor=loader, thing=thing, level=Level.READ, purpose=PURPOSE, days=7).asked.get()
    assert not may_decide(alice, asked)
    assert deciders(asked) == [dora]
    assert may_decide(dora, asked)


def test_a_limited_token_brings_no_role_over_everything(rule: OptOutRule, dora: User) -> None:
    RuleFactory.create(label="tag:merger", level="discover", reason="Project Heron is not to be known.")
    secret = create_token(actor=None, owner=dora, name="narrow", kept_from=["source:crm"], scopes=["read", "write"])
    client = Client(headers={"Authorization": f"Bearer {secret.secret}"})
    assert client.get("/api/v1/rules").json()["items"] == []
    assert client.get("/api/v1/audit").status_code == 403
    assert client.post(f"/api/v1/rules/{rule.pk}/withdraw", {}, "application/json").status_code == 404
    whole = create_token(actor=None, owner=dora, name="whole").secret
    assert len(Client(headers={"Authorization": f"Bearer {whole}"}).get("/api/v1/rules").json()["items"]) == 2


def test_the_limited_token_of_an_owner_changes_no_rule(rule: OptOutRule, alice: User) -> None:
    made = create_token(actor=None, owner=alice, name="narrow", kept_from=["source:crm"], scopes=["read", "write"])
    client = Client(headers={"Authorization": f"Bearer {made.secret}"})
    assert client.post(f"/api/v1/rules/{rule.pk}/withdraw", {}, "application/json").status_code in {403, 404}
    rule.refresh_from_db()
    assert rule.withdrawn_at is None


@pytest.mark.parametrize("value", ["2027-13-45", "9" * 5_000, "[" * 3_000, "*a", "&a [*a]", "!!python/name:os.system"])
def test_files_of_rules_that_make_no_sense_are_refused_in_words(value: str) -> None:
    with pytest.raises(Unreadable):
        from_yaml(f"rules:\n  - review_on: {value}\n")


@pytest.mark.parametrize("text", ['{label: "source:c\\0rm"}', '{label: "source:crm", people: ["a\\0b"]}'])
def test_a_file_with_a_character_that_cannot_be_kept_is_refused(text: str, dora: User) -> None:
    answer = signed_in(dora).post("/permissions/rules/files/", {"name": "rules.yaml", "text": f"rules: [{text}]"})
    assert answer.status_code < 500


@pytest.mark.parametrize("number", ["9" * 18, "9" * 30, "9" * 5_000, "²"])
def test_a_rule_of_no_possible_number_is_none(number: str, dora: User) -> None:
    page = signed_in(dora).post("/permissions/rules/effect/", {"rule": number, "label": "source:crm", "level": "read"})
    assert page.status_code in {200, 404}
