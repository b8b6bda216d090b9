"""Two people act on the same request, or on its rule, at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from catalog.models import Dataset
from permissions.access_requests.asking import ask
from permissions.access_requests.deciding import Decided, approve, decline
from permissions.levels import Level
from permissions.models import AccessRequest, AskedRule, OptOutRule, RuleException, User
from permissions.rules.services import withdraw_rule
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
    assert made is None
    assert not RuleException.objects.exists()
    asked.refresh_from_db()
    assert (asked.state, AccessRequest.objects.get().state) == ("lifted", "approved")


def test_an_exception_approved_while_its_rule_is_withdrawn_is_harmless(asked: AskedRule, alice: User) -> None:
    ended = meanwhile(
        lambda: approve(actor=alice, asked=asked, until=in_days(1)),
        lambda: withdraw_rule(actor=alice, rule=asked.rule),
    )
    assert ended is True
    assert not OptOutRule.objects.in_force().exists()


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
