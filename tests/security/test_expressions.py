"""Expressions and texts of views are shown only where they can tell of nothing that is closed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from catalog.definition import words
from catalog.models import Constraint, Dataset, Index
from permissions.models import User
from tests.factories import DatasetFactory, FieldFactory, RuleFactory

pytestmark = pytest.mark.django_db

SECRET = "merger targets"


def overview(client: Client, dataset: Dataset) -> str:
    return client.get(reverse("catalog:dataset", args=[dataset.pk])).content.decode()


@pytest.fixture
def hidden(customers: Dataset, alice: User) -> Dataset:
    RuleFactory.create(label="tag:secret", level="discover", everyone=True, except_people=[alice])
    return DatasetFactory.create(source=customers.source, container=customers.container, name=SECRET, tags=["secret"])


@pytest.mark.parametrize("quoted", ['"Merger Targets"', "`merger targets`", "[merger targets]"])
def test_a_view_whose_reads_are_not_known_is_judged_by_its_text(
    hidden: Dataset, as_alice: Client, as_bob: Client, quoted: str
) -> None:
    view = DatasetFactory.create(source=hidden.source, kind="view", sql=f"select 1 from public.{quoted}")
    assert "erger" in overview(as_alice, view)
    assert "erger" not in overview(as_bob, view)


def test_a_view_that_names_nothing_closed_is_shown(hidden: Dataset, customers: Dataset, as_bob: Client) -> None:
    view = DatasetFactory.create(source=hidden.source, kind="view", sql="select id from customers")
    assert "customers" in overview(as_bob, view)
    assert "is not shown" not in overview(as_bob, view)


def test_the_text_of_a_view_over_a_field_closed_to_reading_is_withheld(
    customers: Dataset, as_alice: Client, as_bob: Client, alice: User
) -> None:
    FieldFactory.create(dataset=customers, name="pay", classified=["pay"])
    RuleFactory.create(label="class:pay", level="read", everyone=True, except_people=[alice])
    view = DatasetFactory.create(source=customers.source, kind="view", sql="select pay * 7 from customers")
    assert "* 7" in overview(as_alice, view)
    assert "* 7" not in overview(as_bob, view)


def test_keys_and_expressions_tell_nothing_of_a_field_closed_to_reading(
    customers: Dataset, as_alice: Client, as_bob: Client, alice: User
) -> None:
    FieldFactory.create(dataset=customers, name="pay", classified=["pay"])
    RuleFactory.create(label="class:pay", level="read", everyone=True, except_people=[alice])
    Constraint.objects.create(dataset=customers, name="c", kind="check", fields=[], definition="pay_over_1000")
    Constraint.objects.create(dataset=customers, name="u", kind="unique", fields=["pay"])
    Index.objects.create(dataset=customers, name="i", fields=["pay"], unique=False, definition="index_on_pay")
    for shown in ("pay_over_1000", "index_on_pay", "<code>pay</code>"):
        assert shown in overview(as_alice, customers)
        assert shown not in overview(as_bob, customers)


def test_every_name_in_a_text_is_taken_for_one() -> None:
    assert {"a", "b_2", "c d", "e.f", "g h"} <= set(words('select A, b_2 from "C d"."e.f", `G h`'))
