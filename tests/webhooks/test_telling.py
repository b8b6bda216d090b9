"""A webhook is told what its account may know, in the moment it is sent, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Dataset
from notifications.models import Webhook
from notifications.webhooks.delivering import deliver
from notifications.webhooks.filling import fill_all
from permissions.audit import record
from permissions.audit.sealing import seal
from permissions.models import OptOutRule, Role, User
from permissions.stewards.services import give_grant
from permissions.webhooks.record import NO_CHANGES, changes, topics
from permissions.webhooks.services import create_webhook, replay
from tests.factories import ExceptionFactory, RoleFactory, RuleFactory, SourceFactory, UserFactory
from tests.webhooks.conftest import Make, only, tell
from tests.webhooks.receiver import Receiver

pytestmark = pytest.mark.django_db
ALL = ("grant", "rule", "exception", "request", "session", "token", "team", "role", "source")


@pytest.fixture
def loader(root: User) -> User:
    """A program."""
    return UserFactory.create(username="loader", is_service=True, answered_by=root)


@pytest.fixture
def hook(make: Make, loader: User) -> Webhook:
    return make(topics=ALL, speaks_for=loader)


def states(webhook: Webhook) -> list[tuple[str, str]]:
    return list(webhook.deliveries.order_by("happened_at", "pk").values_list("kind", "state"))


def test_a_program_is_told_what_happened_and_not_what_only_readers_of_the_record_know(
    hook: Webhook, receiver: Receiver, customers: Dataset, alice: User, bob: User
) -> None:
    give_grant(actor=alice, thing=customers, duty="curate", whom=bob)
    tell(hook)
    told = receiver.got[0].told["data"]
    assert (told["action"], told["thing"]["name"]) == ("grant.given", "crm.public.customers")
    assert told["thing"]["url"].endswith(customers.get_absolute_url())
    assert not told.keys() & {"before", "after", "note"}


def test_nothing_of_what_is_hidden_from_it_is_sent(
    hook: Webhook, receiver: Receiver, customers: Dataset, alice: User, bob: User, loader: User
) -> None:
    RuleFactory.create(label="source:crm", level="discover", people=[loader], owner=alice)
    give_grant(actor=alice, thing=customers, duty="curate", whom=bob)
    tell(hook)
    assert receiver.got == []
    assert states(hook) == [("grant.given", "withheld")]


def test_what_is_closed_after_it_happened_is_not_sent(
    make: Make, loader: User, receiver: Receiver, customers: Dataset, alice: User, bob: User
) -> None:
    """It waited, as its receiver was down; meanwhile a rule was written."""
    hook = make("/down", topics=ALL, speaks_for=loader)
    give_grant(actor=alice, thing=customers, duty="curate", whom=bob)
    tell(hook)
    assert len(receiver.got) == 1
    RuleFactory.create(label="source:crm", level="discover", people=[loader], owner=alice)
    hook.deliveries.update(state="dead")
    replay(actor=User.objects.get(username="root"), webhook=hook, delivery=only(hook))
    deliver(hook.pk)
    assert len(receiver.got) == 1
    assert only(hook).state == "withheld"


def test_an_administrator_is_not_told_of_what_is_hidden_from_them_either(
    make: Make, receiver: Receiver, customers: Dataset, alice: User, bob: User, root: User
) -> None:
    hook = make(topics=ALL)
    RuleFactory.create(label="source:crm", level="discover", people=[root], owner=alice)
    give_grant(actor=alice, thing=customers, duty="curate", whom=bob)
    record("source.changed", actor=alice, thing=customers.source)
    tell(hook)
    assert receiver.got == []


@pytest.mark.parametrize("level", ["discover", "read"])
def test_rules_are_told_to_whom_they_are_shown(
    hook: Webhook, receiver: Receiver, customers: Dataset, alice: User, bob: User, loader: User, level: str
) -> None:
    """One that hides something from the program, or stops somebody else, is none of its business."""
    mine = RuleFactory.create(label="source:crm", level=level, people=[loader], owner=alice)
    others = RuleFactory.create(label="source:crm", level="read", people=[bob], owner=alice)
    for rule in (mine, others):
        record("rule.created", actor=alice, thing=rule)
    tell(hook)
    known = [one.told["data"]["thing"]["id"] for one in receiver.got]
    assert known == ([str(mine.pk)] if level == "read" else [])


def test_exceptions_sessions_and_tokens_of_others_are_not_told(
    hook: Webhook, receiver: Receiver, customers: Dataset, alice: User, bob: User
) -> None:
    rule: OptOutRule = RuleFactory.create(label="source:crm", level="read", people=[bob], owner=alice)
    exception = ExceptionFactory.create(rule=rule, person=bob, approved_by=alice)
    record("exception.granted", actor=alice, thing=exception)
    record("session.ended", actor=bob, thing=bob)
    record("token.created", actor=bob, thing="a token that is gone")
    tell(hook)
    assert receiver.got == []
    assert {state for _, state in states(hook)} == {"withheld"}


def test_the_council_is_told_of_them(
    make: Make, receiver: Receiver, loader: User, customers: Dataset, alice: User, bob: User
) -> None:
    RoleFactory.create(role=Role.COUNCIL, person=loader)
    hook = make(topics=ALL, speaks_for=loader)
    rule = RuleFactory.create(label="source:crm", level="read", people=[bob], owner=alice)
    record("exception.granted", actor=alice, thing=ExceptionFactory.create(rule=rule, person=bob), note="Audit.")
    record("session.ended", actor=bob, thing=bob)
    tell(hook)
    assert [one.told["type"] for one in receiver.got] == ["exception.granted", "session.ended"]
    assert receiver.got[0].told["data"]["note"] == "Audit."


def test_things_that_are_gone_are_told_to_whom_nothing_is_hidden(
    make: Make, receiver: Receiver, customers: Dataset, alice: User, root: User
) -> None:
    hook, source = make(topics=("source",)), SourceFactory.create()
    record("source.discarded", actor=alice, thing=source)
    source.delete()
    tell(hook)
    assert [one.told["type"] for one in receiver.got] == ["source.discarded"]
    RuleFactory.create(label="source:crm", level="discover", people=[root], owner=alice)
    replay(actor=root, webhook=hook, delivery=only(hook))
    deliver(hook.pk)
    assert (len(receiver.got), only(hook).state) == (1, "withheld")


def test_a_closed_account_is_told_nothing_and_the_owner_is(
    hook: Webhook, receiver: Receiver, customers: Dataset, alice: User, bob: User, loader: User
) -> None:
    User.objects.filter(pk=loader.pk).update(is_active=False)
    give_grant(actor=alice, thing=customers, duty="curate", whom=bob)
    tell(hook)
    hook.refresh_from_db()
    assert (receiver.got, hook.state) == ([], "off")


def test_nobody_makes_one_that_speaks_for_somebody_else(root: User, alice: User, receiver: Receiver) -> None:
    wish: dict[str, Any] = {"name": "x", "url": receiver.url(), "topics": ["rule"]}
    with pytest.raises(Exception, match="speaks for you"):
        create_webhook(actor=root, speaks_for=alice, **wish)
    with pytest.raises(Exception, match="administrators"):
        create_webhook(actor=alice, **wish)
    assert not Webhook.objects.exists()


def test_every_change_can_be_chosen_and_no_look_can() -> None:
    assert {"rule", "exception", "request", "grant", "role", "token", "session", "source", "webhook"} <= set(topics())
    assert not NO_CHANGES & set(topics())
    assert not [name for name in changes() if name.endswith(".refused")]


def test_the_feed_asks_for_what_it_sends_and_no_more(hook: Webhook, root: User, customers: Dataset) -> None:
    for _ in range(5):
        record("read.denied", actor=root, thing=customers)
    seal()
    assert fill_all() == 0
    hook.refresh_from_db()
    position = hook.position
    fill_all()
    hook.refresh_from_db()
    assert hook.position == position > 0
