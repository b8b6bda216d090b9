"""Datasets over REST: exactly those that somebody may know of, and of each exactly what they may read."""

from __future__ import annotations

import pytest
from django.utils import timezone

from catalog.models import Dataset, Domain, Source
from permissions.models import OptOutRule, User
from tests.api.conftest import every, program, read
from tests.factories import (
    ContainerFactory,
    DatasetFactory,
    DomainFactory,
    ForeignKeyFactory,
    RuleFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db
IDENTITY = {"id", "key", "name", "title", "kind", "source", "container", "restricted"}


@pytest.fixture
def orders(crm: Source, customers: Dataset, bob: User) -> Dataset:
    return DatasetFactory.create(
        source=crm, container=customers.container, name="Orders", owner=bob, tags=["gold"], kind="view",
        certified_at=timezone.now(), domain=DomainFactory.create(slug="sales"), sql="select * from customers",
    )  # fmt: skip


@pytest.fixture
def salaries(orders: Dataset, alice: User, charlie: User) -> Dataset:
    """A dataset whose reading a rule closes to Charlie."""
    dataset = DatasetFactory.create(
        source=SourceFactory.create(slug="hr"), name="salaries", tags=["pay"], owner=alice,
        human_description="What people earn.", columns=["amount"],
    )  # fmt: skip
    RuleFactory.create(label="tag:pay", level="read", people=[charlie], owner=alice, reason="Pay is a private matter.")
    return dataset


def keys(person: User, **wanted: object) -> set[str]:
    return {item["key"] for item in every(program(person), "datasets", limit=1, **wanted)}


EVERY = {"crm.public.customers", "crm.public.Orders", "hr.salaries"}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, EVERY),
        ({"source": "hr"}, {"hr.salaries"}),
        ({"source": ["hr", "crm"]}, EVERY),
        ({"domain": "sales"}, {"crm.public.Orders"}),
        ({"kind": "view"}, {"crm.public.Orders"}),
        ({"tag": "gold"}, {"crm.public.Orders"}),
        ({"tag": ["gold", "pay"]}, {"crm.public.Orders", "hr.salaries"}),
        ({"owner": "alice"}, {"crm.public.customers", "hr.salaries"}),
        ({"owner": "nobody"}, set()),
        ({"certified": "true"}, {"crm.public.Orders"}),
        ({"certified": "false"}, {"crm.public.customers", "hr.salaries"}),
        ({"archived": "false"}, EVERY),
        ({"archived": "true"}, set()),
        ({"name": "or"}, {"crm.public.Orders"}),
        ({"name": "%"}, set()),
        ({"source": "crm", "kind": "table"}, {"crm.public.customers"}),
    ],
)
def test_filters_narrow_the_list_to_exactly_these(
    salaries: Dataset, alice: User, wanted: dict[str, object], found: set[str]
) -> None:
    assert keys(alice, **wanted) == found


@pytest.mark.parametrize("wanted", [{}, {"source": "crm"}, {"name": "cust"}, {"kind": "table"}, {"owner": "alice"}])
def test_what_is_hidden_is_in_no_list(
    salaries: Dataset, charlie: User, hidden_from_charlie: OptOutRule, wanted: dict[str, object]
) -> None:
    assert keys(charlie, **wanted) <= {"hr.salaries"}


def test_a_tag_finds_nothing_that_one_may_not_read(salaries: Dataset, charlie: User) -> None:
    assert keys(charlie) == EVERY
    assert keys(charlie, tag=["gold", "pay"]) == {"crm.public.Orders"}


def test_a_domain_is_that_of_the_source_unless_the_dataset_has_one(orders: Dataset, alice: User) -> None:
    Source.objects.filter(slug="crm").update(domain=DomainFactory.create(slug="finance"))
    assert keys(alice, domain="finance") == {"crm.public.customers"}
    assert Domain.objects.count() == 2


def test_of_a_closed_dataset_lists_tell_what_names_it_and_why(salaries: Dataset, charlie: User, alice: User) -> None:
    (item,) = every(program(charlie), "datasets", source="hr")
    assert set(item) == IDENTITY
    rule = {
        "reason": "Pay is a private matter.",
        "owner": {"username": "alice", "name": "Alice Archer"},
        "review_on": "2099-01-01",
    }
    assert item["restricted"] == {"level": "read", "rules": [rule]}


def test_a_closed_dataset_is_refused_with_reason_owner_and_review(salaries: Dataset, charlie: User) -> None:
    for path in (f"datasets/{salaries.pk}", "datasets/by-key/hr.salaries", f"datasets/{salaries.pk}/fields",
                 f"datasets/{salaries.pk}/versions", f"datasets/{salaries.pk}/versions/1"):  # fmt: skip
        body = read(program(charlie), path, 403)
        assert body["level"] == "read"
        assert body["rules"][0]["reason"] == "Pay is a private matter."
        assert body["rules"][0]["owner"]["username"] == "alice"
        assert body["rules"][0]["review_on"] == "2099-01-01"
        assert "earn" not in str(body)


def test_a_hidden_dataset_is_as_unknown_as_none(
    customers: Dataset, charlie: User, hidden_from_charlie: OptOutRule
) -> None:
    client = program(charlie)
    hidden, missing = read(client, f"datasets/{customers.pk}", 404), read(client, "datasets/999999", 404)
    assert hidden["detail"] == missing["detail"]
    read(client, "datasets/by-key/crm.public.customers", 404)
    read(client, f"datasets/{customers.pk}/fields", 404)
    read(client, f"datasets/{customers.pk}/versions", 404)


def test_a_dataset_is_found_by_its_key_and_by_its_id(orders: Dataset, alice: User) -> None:
    client = program(alice)
    by_id, by_key = read(client, f"datasets/{orders.pk}"), read(client, "datasets/by-key/crm.public.Orders")
    assert by_id == by_key
    assert by_id["definition"] == "select * from customers"
    assert read(client, "datasets/by-key/CRM.public.ORDERS")["id"] == orders.pk


def test_a_key_in_another_case_is_not_guessed_among_several(orders: Dataset, alice: User) -> None:
    DatasetFactory.create(source=orders.source, container=orders.container, name="ORDERS")
    assert read(program(alice), "datasets/by-key/crm.public.Orders")["id"] == orders.pk
    read(program(alice), "datasets/by-key/crm.public.orders", 404)


@pytest.mark.parametrize("name", ["a/b.c", "100%", "ünïcode", 'quo"te', "a b", "..", "x?y#z"])
def test_any_key_has_an_address(alice: User, name: str) -> None:
    dataset = DatasetFactory.create(source=SourceFactory.create(slug="odd"), name=name)
    from urllib.parse import quote

    told = read(program(alice), f"datasets/by-key/{quote(dataset.key, safe='')}")
    assert told["id"] == dataset.pk


def test_references_to_what_is_hidden_are_left_out(
    customers: Dataset, salaries: Dataset, charlie: User, alice: User
) -> None:
    ForeignKeyFactory.create(dataset=salaries, fields=["amount"], ref_dataset=customers)
    RuleFactory.create(label="source:hr", level="discover", people=[charlie], owner=alice)
    assert read(program(charlie), f"datasets/{customers.pk}")["referenced_by"] == []
    (reference,) = read(program(alice), f"datasets/{customers.pk}")["referenced_by"]
    assert reference["other"]["key"] == "hr.salaries"


def test_a_successor_one_may_not_know_of_is_not_named(
    customers: Dataset, salaries: Dataset, charlie: User, alice: User
) -> None:
    Dataset.objects.filter(pk=customers.pk).update(successor=salaries)
    RuleFactory.create(label="source:hr", level="discover", people=[charlie], owner=alice)
    assert read(program(charlie), f"datasets/{customers.pk}")["successor"] is None
    assert read(program(alice), f"datasets/{customers.pk}")["successor"]["key"] == "hr.salaries"


def test_pages_go_both_ways(salaries: Dataset, alice: User) -> None:
    client = program(alice)
    first = read(client, "datasets", limit=2)
    second = client.get(first["next"]).json()
    assert (first["previous"], second["next"]) == (None, None)
    assert client.get(second["previous"]).json()["items"] == first["items"]


def test_an_answer_that_did_not_change_is_not_sent_again(customers: Dataset, alice: User) -> None:
    client = program(alice)
    address = f"/api/v1/datasets/{customers.pk}"
    tag = client.get(address)["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    Dataset.objects.filter(pk=customers.pk).update(title="People who buy")
    assert client.get(address, headers={"If-None-Match": f"W/{tag}"}).status_code == 200


def test_a_tag_does_not_outlive_a_new_rule(customers: Dataset, charlie: User, alice: User) -> None:
    client, address = program(charlie), f"/api/v1/datasets/{customers.pk}"
    tag = client.get(address)["ETag"]
    RuleFactory.create(label="source:crm", level="read", people=[charlie], owner=alice)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 403


def test_answers_are_kept_by_no_shared_cache(alice: User) -> None:
    answer = program(alice).get("/api/v1/datasets")
    assert "private" in answer["Cache-Control"]
    assert "Authorization" in answer["Vary"]


def test_containers_are_told_where_there_are_any(customers: Dataset, alice: User) -> None:
    nested = ContainerFactory.create(source=customers.source, parent=customers.container, name="archive")
    DatasetFactory.create(source=customers.source, container=nested, name="old")
    told = {item["name"]: item["container"] for item in every(program(alice), "datasets")}
    assert told == {"customers": "public", "old": "public.archive"}
