"""A rule changes while somebody waits for an exception from it: what they asked for is of the rule as it is now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Dataset, Field
from permissions.access import forget_denials
from permissions.access_requests.asking import ask
from permissions.access_requests.deciding import approve
from permissions.access_requests.follow_up import follow_up
from permissions.levels import Level
from permissions.models import AccessRequest, AuditEntry, OptOutRule, Team, User
from permissions.rules.draft import draft_of
from permissions.rules.services import change_rule, withdraw_rule
from permissions.things import find_thing
from tests.cast import signed_in
from tests.factories import RuleFactory
from tests.permissions.test_access_requests import PURPOSE, in_days, may_read, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(customers: Dataset, alice: User) -> OptOutRule:
    return RuleFactory.create(label="source:crm", level="read", everyone=True, owner=alice)


def asked(person: User, ref: str, *, level: str = "read", team: Team | None = None) -> AccessRequest:
    forget_denials(person)
    thing = find_thing(person, ref)
    return ask(actor=person, thing=thing, level=Level(level), purpose=PURPOSE, days=7, team=team)


def change(rule: OptOutRule, actor: User, *, spare: Any = None, **more: Any) -> None:
    rule = OptOutRule.objects.get(pk=rule.pk)
    before = draft_of(rule)
    whom = before.whom._replace(**spare) if spare else before.whom
    change_rule(actor=actor, rule=rule, draft=replace(before, whom=whom, **more), not_yet=True)


def state(request: AccessRequest) -> str:
    request.refresh_from_db()
    return str(request.state)


@pytest.mark.parametrize(
    ("level", "told", "after"),
    [
        ("read", {"level": "sample"}, "lifted"),
        ("sample", {"level": "sample"}, "open"),
        ("read", {"level": "discover"}, "open"),
        ("read", {"label": "tag:gold"}, "lifted"),
        ("read", {"label": "path:crm/public"}, "open"),
        ("read", {"reason": "It is for another reason now."}, "open"),
        ("read", {"spare": "all but him"}, "open"),
    ],
)
def test_what_still_stops_who_asked_waits_and_what_does_not_is_closed(
    level: str, told: dict[str, Any], after: str, rule: OptOutRule, customers: Dataset, alice: User, bob: User
) -> None:
    request = asked(bob, f"dataset:{customers.pk}", level=level)
    named = {"everyone": False, "people": [bob]} if "spare" in told else None
    change(rule, alice, **told | {"spare": named})
    assert state(request) == after
    assert ("A rule is no longer in your way" in " ".join(texts(bob))) == (after == "lifted")
    assert AuditEntry.objects.filter(action="request.lifted").count() == (after == "lifted")


def test_who_is_spared_is_told_and_the_owner_has_nothing_to_decide(
    rule: OptOutRule, customers: Dataset, alice: User, bob: User
) -> None:
    request = asked(bob, f"dataset:{customers.pk}")
    change(rule, alice, spare={"except_people": [bob]})
    assert state(request) == "lifted"
    assert may_read(bob, customers)
    page = signed_in(bob).get(request.get_absolute_url()).content.decode()
    assert "Not needed" in page
    assert "Withdraw" not in page
    assert "Bob Baker" not in signed_in(alice).get("/permissions/requests/deciding/").content.decode()


def test_a_withdrawn_rule_closes_what_is_asked_of_it(
    rule: OptOutRule, customers: Dataset, alice: User, bob: User
) -> None:
    request = asked(bob, f"dataset:{customers.pk}")
    withdraw_rule(actor=alice, rule=rule)
    assert state(request) == "lifted"


def test_a_rule_that_lapses_closes_it_with_the_next_look(
    rule: OptOutRule, customers: Dataset, alice: User, bob: User
) -> None:
    request = asked(bob, f"dataset:{customers.pk}")
    OptOutRule.objects.update(at_review="lapse", review_on=timezone.now().date() - timedelta(days=1))
    assert follow_up().lifted == 1
    assert follow_up().lifted == 0
    assert state(request) == "lifted"


def test_of_two_rules_the_other_still_waits(rule: OptOutRule, customers: Dataset, alice: User, bob: User) -> None:
    RuleFactory.create(label="path:crm/public", level="read", everyone=True, owner=alice)
    request = asked(bob, f"dataset:{customers.pk}")
    withdraw_rule(actor=alice, rule=rule)
    assert state(request) == "open"
    assert sorted(request.asked.values_list("state", flat=True)) == ["lifted", "open"]


def test_a_team_waits_while_any_of_it_is_stopped(
    rule: OptOutRule, customers: Dataset, team: Team, alice: User, bob: User, root: User
) -> None:
    request = asked(bob, f"dataset:{customers.pk}", team=team)
    change(rule, root, spare={"except_people": [bob]})
    assert state(request) == "open"
    change(rule, root, spare={"except_people": [], "except_teams": [team]})
    assert state(request) == "lifted"


def test_an_approval_is_for_what_the_rule_closes_by_then(
    rule: OptOutRule, customers: Dataset, alice: User, bob: User
) -> None:
    """Asked for one field, when the rule closed that; by now it closes the whole dataset."""
    change(rule, alice, label="field:crm.public.customers#email")
    email = Field.objects.get(dataset=customers, name="email")
    request = asked(bob, f"field:{email.pk}")
    change(rule, alice, label="source:crm")
    made = approve(actor=alice, asked=request.asked.get(), until=in_days(2))
    assert made is not None
    assert made.label == "dataset:crm.public.customers"
    assert may_read(bob, customers)


def test_the_page_shows_what_the_rule_says_now(rule: OptOutRule, customers: Dataset, alice: User, bob: User) -> None:
    request = asked(bob, f"dataset:{customers.pk}")
    change(rule, alice, reason="Only while the books are open.")
    assert "Only while the books are open." in signed_in(bob).get(request.get_absolute_url()).content.decode()
