"""A rule holds at once, whatever its size, and whatever else happens at that moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Dataset
from permissions.exceptions.services import make_exception
from permissions.models import OptOutRule, RuleException, User
from permissions.rules.draft import Whom
from permissions.rules.services import change_rule, withdraw_rule, write_rule
from tests.factories import DatasetFactory
from tests.permissions.rules.drafts import draft, written


def test_saving_a_rule_costs_the_same_whatever_it_closes(customers: Dataset, alice: User) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            write_rule(actor=alice, draft=draft(alice))
        assert not any("UPDATE" in one["sql"] and "catalog_" in one["sql"] for one in queries)
        return len(queries)

    asked()  # some things are asked once and remembered
    few = asked()
    for n in range(30):
        DatasetFactory.create(source=customers.source, name=f"more{n}")
    assert asked() == few


def apart(*steps: Callable[[], object]) -> list[str]:
    """Do the steps at the same moment, each on a connection of its own; returns what was refused."""

    def run(step: Callable[[], object]) -> str:
        try:
            step()
        except ValidationError as error:
            return " ".join(error.messages)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


@pytest.mark.django_db(transaction=True)
def test_a_rule_changes_and_an_exception_from_it_is_made_at_the_same_moment(
    customers: Dataset, alice: User, charlie: User
) -> None:
    rule = written(alice, level="sample", whom=Whom(people=[charlie]))
    until = (timezone.now() + timedelta(days=7)).date()

    refused = apart(
        lambda: change_rule(actor=alice, rule=rule, draft=draft(alice, level="discover", whom=Whom(people=[charlie]))),
        lambda: make_exception(
            actor=alice, rule=rule, person=charlie, until=until, purpose="The yearly audit of sales."
        ),
    )

    assert refused == ["", ""]
    assert OptOutRule.objects.get().level == "discover"
    assert list(Dataset.objects.visible_to(User.objects.get(pk=charlie.pk))) == [customers]


@pytest.mark.django_db(transaction=True)
def test_a_rule_ends_and_an_exception_from_it_is_made_at_the_same_moment(
    customers: Dataset, alice: User, charlie: User
) -> None:
    rule = written(alice, whom=Whom(people=[charlie]))
    until = (timezone.now() + timedelta(days=7)).date()

    _, refused = apart(
        lambda: withdraw_rule(actor=alice, rule=rule),
        lambda: make_exception(
            actor=alice, rule=rule, person=charlie, until=until, purpose="The yearly audit of sales."
        ),
    )

    assert OptOutRule.objects.get().withdrawn_at
    assert RuleException.objects.count() == (0 if "withdrawn" in refused else 1)
    assert list(Dataset.objects.sampleable_by(User.objects.get(pk=charlie.pk))) == [customers]


@pytest.mark.django_db(transaction=True)
def test_two_who_change_a_rule_at_the_same_moment_do_not_mix(customers: Dataset, alice: User, bob: User) -> None:
    rule = written(alice)

    apart(
        lambda: change_rule(actor=alice, rule=rule, draft=draft(alice, level="read", whom=Whom(people=[alice]))),
        lambda: change_rule(actor=bob, rule=rule, draft=draft(bob, level="discover", whom=Whom(people=[bob]))),
    )

    now = OptOutRule.objects.get()
    assert (now.level, [one.username for one in now.people.all()], now.owner.username) in (
        ("read", ["alice"], "alice"), ("discover", ["bob"], "bob"),
    )  # fmt: skip
    assert list(now.versions.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
