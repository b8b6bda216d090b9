"""Two people act on the same request, or on its rule, at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction

from catalog.models import Dataset
from permissions.access_requests.asking import ask
from permissions.access_requests.deciding import Decided, approve, decline
from permissions.exceptions.services import make_exception
from permissions.levels import Level
from permissions.models import AccessRequest, AskedRule, OptOutRule, RuleException, User
from permissions.rules.draft import draft_of
from permissions.rules.services import change_rule, withdraw_rule
from permissions.things import find_thing
from tests.factories import RuleFactory
from tests.permissions.test_access_requests import PURPOSE, in_days

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(customers: Dataset, alice: User, bob: User) -> AskedRule:
    RuleFactory.create(label="source:crm", level="read", everyone=True, owner=alice)
    thing = find_thing(bob, f"dataset:{customers.pk}")
    return ask(actor=bob, thing=thing, level=Level.READ, purpose=PURPOSE, days=7).asked.get()


def meanwhile(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Do `first`, and before it is committed begin `second`; returns what came of that, or its error."""
    outcome: list[Any] = []

    def other() -> None:
        try:
            outcome.append(second())
        except Exception as error:  # noqa: BLE001 - the test looks at it
            outcome.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        first()
        thread.start()
        thread.join(timeout=1)
        assert thread.is_alive(), "it did not wait"
    thread.join(timeout=20)
    return outcome[0]


def test_a_rule_withdrawn_while_its_exception_is_approved_needs_none(asked: AskedRule, alice: User) -> None:
    made = meanwhile(
        lambda: withdraw_rule(actor=alice, rule=asked.rule),
        lambda: approve(actor=alice, asked=asked, until=in_days(1)),
    )
    assert isinstance(made, Decided)
    assert not RuleException.objects.exists()
    asked.refresh_from_db()
    assert (asked.state, AccessRequest.objects.get().state) == ("lifted", "lifted")


def test_an_exception_approved_while_its_rule_is_withdrawn_is_harmless(asked: AskedRule, alice: User) -> None:
    ended = meanwhile(
        lambda: approve(actor=alice, asked=asked, until=in_days(1)),
        lambda: withdraw_rule(actor=alice, rule=asked.rule),
    )
    assert ended is True
    assert not OptOutRule.objects.in_force().exists()


def test_a_rule_changed_to_spare_the_asker_while_it_is_approved_needs_no_exception(
    asked: AskedRule, alice: User, bob: User
) -> None:
    spared = draft_of(asked.rule)
    spared = replace(spared, whom=spared.whom._replace(except_people=[bob]))
    made = meanwhile(
        lambda: change_rule(actor=alice, rule=asked.rule, draft=spared),
        lambda: approve(actor=alice, asked=asked, until=in_days(1)),
    )
    assert isinstance(made, Decided)
    assert not RuleException.objects.exists()


def test_an_exception_made_while_its_rule_is_withdrawn_is_refused(asked: AskedRule, alice: User, bob: User) -> None:
    refused = meanwhile(
        lambda: withdraw_rule(actor=alice, rule=asked.rule),
        lambda: make_exception(actor=alice, rule=asked.rule, person=bob, until=in_days(2), purpose="For the audit."),
    )
    assert "was withdrawn" in str(refused)
    assert not RuleException.objects.exists()


def test_a_rule_and_its_exception_saved_at_the_same_moment_are_both_kept(
    asked: AskedRule, alice: User, bob: User, customers: Dataset
) -> None:
    """Neither is lost, none waits for the other for ever, and each version says what the rule said."""
    rule, rounds, start = asked.rule, 6, threading.Barrier(3)
    errors: list[BaseException] = []

    def often(act: Callable[[int], Any]) -> None:
        try:
            for number in range(rounds):
                start.wait(timeout=20)
                act(number)
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            errors.append(error)
            start.abort()
        finally:
            connection.close()

    def change(number: int) -> None:
        change_rule(actor=alice, rule=rule, draft=replace(draft_of(rule), reason=f"It is reason number {number}."))

    def make(number: int) -> None:
        make_exception(actor=alice, rule=rule, person=bob, until=in_days(2), purpose=f"For the audit {number}.")

    def decide(number: int) -> None:
        if number == 0:
            approve(actor=alice, asked=asked, until=in_days(1))

    threads = [threading.Thread(target=often, args=[act]) for act in (change, make, decide)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []
    asked.refresh_from_db()  # where the other exception came first, nothing stopped Bob any more
    assert asked.state in ("approved", "lifted")
    assert RuleException.objects.filter(rule=rule).count() == rounds + (asked.state == "approved")
    assert list(rule.versions.order_by("number").values_list("number", flat=True)) == [*range(1, rounds + 1)]
    assert Dataset.objects.readable_by(User.objects.get(pk=bob.pk)).filter(pk=customers.pk).exists()


def test_of_two_decisions_the_first_stands(asked: AskedRule, alice: User) -> None:
    refused = meanwhile(
        lambda: approve(actor=alice, asked=asked, until=in_days(1)),
        lambda: decline(actor=alice, asked=asked, words="Not for this."),
    )
    assert isinstance(refused, Decided)
    asked.refresh_from_db()
    assert asked.state == "approved"


def test_the_same_is_asked_once(customers: Dataset, alice: User, bob: User, asked: AskedRule) -> None:
    AskedRule.objects.update(state="lifted")
    thing = find_thing(bob, f"dataset:{customers.pk}")

    def again() -> AccessRequest:
        return ask(actor=bob, thing=thing, level=Level.READ, purpose=PURPOSE, days=7)

    refused = meanwhile(again, again)
    assert "asked for this already" in str(refused)
    assert AskedRule.objects.filter(state="open").count() == 1
