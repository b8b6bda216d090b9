"""What is hidden is named nowhere: not by keys, successors, partitions, view texts, crumbs, counts or news."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Constraint, Dataset, Index
from catalog.schema_diff import FieldState, diff, to_json
from catalog.services import record_visit, refresh_popularity
from permissions.models import User
from tests.cast import signed_in
from tests.factories import (
    ContainerFactory,
    DatasetFactory,
    DomainFactory,
    EdgeFactory,
    ExceptionFactory,
    FieldFactory,
    ForeignKeyFactory,
    RuleFactory,
    SampleFactory,
    SchemaVersionFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db

SECRET = "merger_targets"


@pytest.fixture
def secret(customers: Dataset) -> Dataset:
    """Next to the customers, and hidden from everyone but Alice."""
    return DatasetFactory.create(
        source=customers.source, container=customers.container, name=SECRET, tags=["secret"], columns=["id"]
    )


@pytest.fixture(autouse=True)
def rule(alice: User) -> None:
    RuleFactory.create(label="tag:secret", level="discover", everyone=True, except_people=[alice], owner=alice)


def shown(client: Client, name: str, *arguments: object) -> str:
    response = client.get(reverse(name, args=arguments))
    assert response.status_code == 200
    return str(response.content.decode())


def overview(client: Client, dataset: Dataset) -> str:
    return shown(client, "catalog:dataset", dataset.pk)


def test_a_key_to_a_hidden_dataset_is_left_out(
    customers: Dataset, secret: Dataset, as_alice: Client, as_bob: Client
) -> None:
    ForeignKeyFactory.create(
        dataset=customers, fields=["id"], ref_dataset=secret, definition=f"FOREIGN KEY (id) REFERENCES {SECRET}(id)"
    )
    assert SECRET in overview(as_alice, customers)
    assert SECRET not in overview(as_bob, customers)


def test_a_key_from_a_hidden_dataset_is_left_out(
    customers: Dataset, secret: Dataset, as_alice: Client, as_bob: Client
) -> None:
    ForeignKeyFactory.create(dataset=secret, fields=["id"], ref_dataset=customers)
    assert SECRET in overview(as_alice, customers)
    assert SECRET not in overview(as_bob, customers)


def test_a_hidden_successor_is_not_named(customers: Dataset, secret: Dataset, as_alice: Client, as_bob: Client) -> None:
    Dataset.objects.filter(pk=customers.pk).update(lifecycle="deprecated", successor=secret)
    assert SECRET in overview(as_alice, customers)
    assert SECRET not in overview(as_bob, customers)


def test_hidden_partitions_and_a_hidden_whole_are_not_named(
    customers: Dataset, secret: Dataset, as_bob: Client
) -> None:
    Dataset.objects.filter(pk=secret.pk).update(parent=customers)
    assert SECRET not in overview(as_bob, customers)
    Dataset.objects.filter(pk=secret.pk).update(parent=None)
    Dataset.objects.filter(pk=customers.pk).update(parent=secret)
    assert SECRET not in overview(as_bob, customers)


def test_the_text_of_a_view_is_withheld_where_it_names_something_hidden(
    secret: Dataset, as_alice: Client, as_bob: Client
) -> None:
    view = DatasetFactory.create(source=secret.source, kind="view", sql=f"select id from {SECRET}")
    EdgeFactory.create(upstream=secret, downstream=view)
    assert SECRET in overview(as_alice, view)
    assert SECRET not in overview(as_bob, view)
    assert "is not shown" in overview(as_bob, view)


def test_the_text_of_a_view_is_withheld_where_it_may_name_a_hidden_field(
    customers: Dataset, as_alice: Client, as_bob: Client, alice: User
) -> None:
    FieldFactory.create(dataset=customers, name="deal_value", classified=["finance"])
    RuleFactory.create(label="class:finance", level="discover", everyone=True, except_people=[alice])
    view = DatasetFactory.create(source=customers.source, kind="view", sql="select deal_value from customers")
    EdgeFactory.create(upstream=customers, downstream=view)
    assert "deal_value" in overview(as_alice, view)
    assert "deal_value" not in overview(as_bob, view)


def test_a_hidden_field_is_named_on_no_tab(customers: Dataset, as_alice: Client, as_bob: Client, alice: User) -> None:
    deal = FieldFactory.create(dataset=customers, name="deal_value", position=9, classified=["finance"])
    FieldFactory.create(dataset=customers, name="amount", parent_path="deal_value", position=10)
    Dataset.objects.filter(pk=customers.pk).update(partition_key="RANGE (deal_value)", details={"on": "deal_value"})
    Constraint.objects.create(dataset=customers, name="k", kind="unique", fields=["deal_value"])
    Constraint.objects.create(dataset=customers, name="c", kind="check", fields=["id"], definition="deal_value > id")
    Index.objects.create(dataset=customers, name="i", fields=[], unique=False, definition="lower(deal_value)")
    ForeignKeyFactory.create(dataset=customers, fields=["deal_value"])
    before = [FieldState("id", "int", "integer")]
    after = [*before, FieldState("deal_value", "struct(amount int)", "struct", position=1)]
    SchemaVersionFactory.create(dataset=customers, number=1, states=before)
    SchemaVersionFactory.create(
        dataset=customers, number=2, states=after, changes=to_json(diff(before, after)), created_at=timezone.now()
    )
    SampleFactory.create(dataset=customers)
    RuleFactory.create(label="class:finance", level="discover", everyone=True, except_people=[alice])
    tabs = ["dataset", "dataset_schema", "dataset_sample", "dataset_history"]
    for tab in tabs:
        assert "deal_value" in shown(as_alice, f"catalog:{tab}", customers.pk)
        assert "deal_value" not in shown(as_bob, f"catalog:{tab}", customers.pk), tab
    assert "deal_value" not in shown(as_bob, "catalog:dataset_snapshot", customers.pk, 2)
    assert "deal_value" not in shown(as_bob, "catalog:home")
    assert deal.path in shown(as_alice, "catalog:home")


def test_counts_leave_out_what_is_hidden(customers: Dataset, secret: Dataset, as_alice: Client, as_bob: Client) -> None:
    for client, count in ((as_alice, 2), (as_bob, 1)):
        assert [one.datasets for one in client.get("/browse/").context["sources"]] == [count]
        level = client.get(reverse("catalog:browse_source", args=["crm"]))
        assert [one.datasets for one in level.context["containers"]] == [count]
        assert client.get("/").context["dataset_count"] == count


def test_lists_hold_exactly_what_is_visible(
    customers: Dataset, secret: Dataset, as_alice: Client, as_bob: Client, alice: User
) -> None:
    domain = DomainFactory.create(slug="sales", name="Sales")
    for dataset in (customers, secret):
        dataset.domain, dataset.labels = domain, [*dataset.labels, "domain:sales"]
        dataset.steward = alice
        dataset.save()
    addresses = [
        reverse("catalog:domain", args=["sales"]),
        reverse("catalog:browse_container", args=["crm", customers.container_id]),
        reverse("catalog:person_panel", args=["alice"]),
    ]
    for address in addresses:
        assert set(as_alice.get(address).context["listing"].items) == {customers, secret}
        assert set(as_bob.get(address).context["listing"].items) == {customers}


def test_domains_count_what_one_may_know_of(
    customers: Dataset, secret: Dataset, as_alice: Client, as_bob: Client
) -> None:
    domain = DomainFactory.create(slug="sales", name="Sales")
    customers.source.domain = domain
    customers.source.save()
    assert [one.datasets for one in as_alice.get("/browse/domains/").context["domains"]] == [2]
    assert [one.datasets for one in as_bob.get("/browse/domains/").context["domains"]] == [1]


def test_popular_and_recent_forget_what_was_hidden_since(secret: Dataset, alice: User, bob: User) -> None:
    for person in (alice, bob):
        record_visit(actor=person, dataset=secret)
    refresh_popularity()
    for person, expected in ((alice, [secret]), (bob, [])):
        context = signed_in(person).get("/").context
        assert (context["recent"], context["popular"]) == (expected, expected)


def test_news_of_what_is_closed_are_not_told(customers: Dataset, charlie: User, as_alice: Client) -> None:
    change = to_json(diff([FieldState("a", "int", "integer")], []))
    SchemaVersionFactory.create(dataset=customers, number=2, created_at=timezone.now(), changes=change)
    RuleFactory.create(label="source:crm", level="read", people=[charlie])
    assert len(as_alice.get("/").context["changes"]) == 1
    assert signed_in(charlie).get("/").context["changes"] == []


def test_crumbs_do_not_link_to_a_source_one_may_not_open(customers: Dataset, charlie: User) -> None:
    rule = RuleFactory.create(label="source:crm", level="discover", people=[charlie])
    ExceptionFactory.create(rule=rule, person=charlie, label="dataset:crm.public.customers")
    page = overview(signed_in(charlie), customers)
    assert "customers" in page
    assert reverse("catalog:browse_source", args=["crm"]) not in page
    assert reverse("catalog:browse_container", args=["crm", customers.container_id]) not in page


def test_a_hidden_container_and_source_are_not_browsed(customers: Dataset, as_charlie: Client) -> None:
    assert as_charlie.get(reverse("catalog:browse_source", args=["crm"])).status_code == 404
    container = reverse("catalog:browse_container", args=["crm", customers.container_id])
    assert as_charlie.get(container).status_code == 404
    assert as_charlie.get("/browse/").context["sources"] == []


def test_a_hidden_container_is_not_counted_among_its_neighbours(crm: object, as_bob: Client) -> None:
    source = SourceFactory.create(slug="erp")
    for name in ("open", "closed"):
        DatasetFactory.create(source=source, container=ContainerFactory.create(source=source, name=name))
    RuleFactory.create(label="path:erp/closed", level="discover", everyone=True)
    level = as_bob.get(reverse("catalog:browse_source", args=["erp"]))
    assert [one.container.name for one in level.context["containers"]] == ["open"]


def test_a_week_old_change_is_no_news(customers: Dataset, as_alice: Client) -> None:
    change = to_json(diff([FieldState("a", "int", "integer")], []))
    SchemaVersionFactory.create(
        dataset=customers, number=2, created_at=timezone.now() - timedelta(days=8), changes=change
    )
    assert as_alice.get("/").context["changes"] == []
