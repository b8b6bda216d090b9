"""Counts that are kept are those that counting anew would give."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.counting import groups_of
from catalog.models import Dataset
from permissions.access import forget_denials
from permissions.models import User
from tests.factories import DataProductFactory, DatasetFactory, DomainFactory, RuleFactory

pytestmark = pytest.mark.django_db(transaction=True)


def held(person: User) -> int:
    forget_denials(person)
    return sum(group.held for group in groups_of(person, timezone.now() - timedelta(days=7)))


def test_a_count_is_kept_while_nothing_changes(customers: Dataset, bob: User) -> None:
    held(bob)
    with CaptureQueriesContext(connection) as captured:
        assert held(bob) == 1
    assert not any("COUNT" in query["sql"] for query in captured.captured_queries)


def test_a_dataset_that_comes_goes_or_moves_is_counted_at_once(customers: Dataset, bob: User) -> None:
    assert held(bob) == 1
    DatasetFactory.create(source=customers.source)
    assert held(bob) == 2
    Dataset.objects.filter(pk=customers.pk).update(archived_at=timezone.now())
    assert held(bob) == 1


def test_a_rule_is_felt_at_once_and_by_nobody_else(customers: Dataset, alice: User, bob: User) -> None:
    assert (held(alice), held(bob)) == (1, 1)
    RuleFactory.create(label="source:crm", level="discover", people=[bob])
    assert (held(alice), held(bob)) == (1, 0)


def test_those_whom_the_same_rules_stop_share_a_count(customers: Dataset, alice: User, bob: User) -> None:
    RuleFactory.create(label="tag:secret", level="discover", people=[alice, bob])
    held(alice)
    with CaptureQueriesContext(connection) as captured:
        held(bob)
    assert not any("COUNT" in query["sql"] for query in captured.captured_queries)


def test_domains_stand_in_a_tree_with_their_products(customers: Dataset, as_bob: Client) -> None:
    sales = DomainFactory.create(slug="sales", name="Sales")
    inner = DomainFactory.create(slug="leads", name="Leads", parent=sales)
    product = DataProductFactory.create(domain=inner)
    Dataset.objects.filter(pk=customers.pk).update(domain=inner, product=product)
    nodes = as_bob.get("/browse/domains/").context["domains"]
    assert [(node.domain, node.depth, node.datasets, node.with_below) for node in nodes] == [
        (sales, 0, 0, 1),
        (inner, 1, 1, 1),
    ]
    assert [(one.product, one.datasets) for one in nodes[1].products] == [(product, 1)]


def test_a_branch_of_the_tree_holds_what_stands_directly_in_a_source(customers: Dataset, as_bob: Client) -> None:
    branch = as_bob.get("/browse/sources/crm/tree/")
    assert [(one.container.name, one.datasets) for one in branch.context["containers"]] == [("public", 1)]
    assert "<html" not in branch.content.decode()


def test_a_branch_of_what_is_hidden_is_not_found(customers: Dataset, as_charlie: Client) -> None:
    assert as_charlie.get("/browse/sources/crm/tree/").status_code == 404
    assert as_charlie.get(f"/browse/sources/crm/{customers.container_id}/tree/").status_code == 404
