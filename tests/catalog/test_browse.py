"""Browsing by source and by domain."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Dataset, Source
from permissions.models import User
from tests.factories import ContainerFactory, DatasetFactory, DomainFactory, RuleFactory, SourceFactory, relabel

pytestmark = pytest.mark.django_db


def names(client: Client, address: str, **query: str | int) -> list[str]:
    return [dataset.name for dataset in client.get(address, query).context["listing"].items]


def test_containers_count_what_is_in_them_at_any_depth(crm: Source, as_bob: Client) -> None:
    database = ContainerFactory.create(source=crm, name="sales", kind="database")
    schema = ContainerFactory.create(source=crm, name="public", parent=database)
    for container in (database, schema, schema):
        DatasetFactory.create(source=crm, container=container)
    level = as_bob.get(reverse("catalog:browse_source", args=["crm"]))
    assert [(one.container.name, one.datasets) for one in level.context["containers"]] == [("sales", 3)]
    below = as_bob.get(reverse("catalog:browse_container", args=["crm", database.pk]))
    assert [(one.container.name, one.datasets) for one in below.context["containers"]] == [("public", 2)]


def test_a_container_is_found_only_below_its_own_source(customers: Dataset, as_bob: Client) -> None:
    SourceFactory.create(slug="erp")
    address = reverse("catalog:browse_container", args=["erp", customers.container_id])
    assert as_bob.get(address).status_code == 404


def test_datasets_directly_in_a_source_are_listed_there(crm: Source, as_bob: Client) -> None:
    DatasetFactory.create(source=crm, name="loose")
    assert names(as_bob, reverse("catalog:browse_source", args=["crm"])) == ["loose"]


def test_archived_datasets_are_listed_when_asked_for(customers: Dataset, as_bob: Client) -> None:
    Dataset.objects.filter(pk=customers.pk).update(archived_at="2026-01-01T00:00Z")
    address = reverse("catalog:browse_container", args=["crm", customers.container_id])
    assert names(as_bob, address) == []
    assert names(as_bob, address, archived=1) == ["customers"]


def test_a_list_is_narrowed_by_name_and_kind(customers: Dataset, as_bob: Client) -> None:
    DatasetFactory.create(source=customers.source, container=customers.container, name="orders", kind="view")
    address = reverse("catalog:browse_container", args=["crm", customers.container_id])
    assert names(as_bob, address, q="ORD") == ["orders"]
    assert names(as_bob, address, kind="table") == ["customers"]
    assert names(as_bob, address, kind="poem") == ["customers", "orders"]


def test_a_long_list_is_walked_page_by_page(customers: Dataset, as_bob: Client) -> None:
    for n in range(60):
        DatasetFactory.create(source=customers.source, container=customers.container, name=f"t{n:02}")
    address = reverse("catalog:browse_container", args=["crm", customers.container_id])
    first = as_bob.get(address).context["listing"]
    rest = names(as_bob, address, cursor=first.next_cursor)
    assert [dataset.name for dataset in first.items] + rest == ["customers", *(f"t{n:02}" for n in range(60))]


def test_a_page_marker_nobody_gave_is_refused(customers: Dataset, as_bob: Client) -> None:
    address = reverse("catalog:browse_container", args=["crm", customers.container_id])
    assert as_bob.get(address, {"cursor": "x"}).status_code == 400


def test_a_dataset_belongs_to_its_own_domain_before_its_source_s(customers: Dataset, as_bob: Client) -> None:
    sales, finance = DomainFactory.create(slug="sales"), DomainFactory.create(slug="finance")
    Source.objects.filter(pk=customers.source_id).update(domain=sales)
    other = DatasetFactory.create(source=Source.objects.get(slug="crm"), name="invoices", domain=finance)
    for dataset in (customers, other):
        relabel(dataset)
    assert names(as_bob, sales.get_absolute_url()) == ["customers"]
    assert names(as_bob, finance.get_absolute_url()) == ["invoices"]
    counted = as_bob.get(reverse("catalog:browse_domains")).context["domains"]
    assert {one.domain.slug: one.datasets for one in counted} == {"sales": 1, "finance": 1}


def test_a_domain_nobody_made_is_not_found(as_bob: Client) -> None:
    assert as_bob.get(reverse("catalog:domain", args=["none"])).status_code == 404


def test_an_empty_catalog_offers_to_connect_a_source(as_bob: Client) -> None:
    assert "Connect a source" in as_bob.get("/browse/").content.decode()


def test_a_person_s_panel_holds_what_they_answer_for(customers: Dataset, alice: User, as_bob: Client) -> None:
    DatasetFactory.create(name="other")
    stewarded = DatasetFactory.create(name="kept", steward=alice)
    panel = as_bob.get(reverse("catalog:person_panel", args=["alice"]))
    assert set(panel.context["listing"].items) == {customers, stewarded}


def test_a_long_panel_goes_on_on_its_own_page(alice: User, as_bob: Client) -> None:
    source = SourceFactory.create()
    for n in range(30):
        DatasetFactory.create(source=source, name=f"t{n:02}", owner=alice)
    address = reverse("catalog:person_panel", args=["alice"])
    panel = as_bob.get(address, headers={"HX-Request": "true"})
    following = panel.context["listing"].next_cursor
    assert f"{address}?cursor=" in panel.content.decode()
    assert names(as_bob, address, cursor=following) == [f"t{n:02}" for n in range(25, 30)]


def test_a_person_s_panel_is_a_part_of_a_page_for_htmx(customers: Dataset, as_bob: Client) -> None:
    address = reverse("catalog:person_panel", args=["alice"])
    panel = as_bob.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "customers" in panel
    assert "<html" not in panel


def test_a_container_of_which_one_may_know_nothing_is_not_named(customers: Dataset, bob: User, as_bob: Client) -> None:
    hollow, secret, gone = (
        ContainerFactory.create(source=customers.source, name=name) for name in ("hollow", "secret", "gone")
    )
    DatasetFactory.create(source=customers.source, container=secret, tags=["merger"])
    DatasetFactory.create(source=customers.source, container=gone, archived_at="2026-01-01T00:00Z")
    RuleFactory.create(label="tag:merger", level="discover", people=[bob])
    level = as_bob.get(reverse("catalog:browse_source", args=["crm"]))
    assert [(one.container.name, one.datasets) for one in level.context["containers"]] == [("gone", 0), ("public", 1)]
    assert hollow.name not in level.content.decode()
