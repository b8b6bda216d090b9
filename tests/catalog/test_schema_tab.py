"""The schema tab: fields as one may see them, filtered and in portions."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Dataset, Field
from permissions.models import User
from tests.cast import signed_in
from tests.factories import DatasetFactory, FieldFactory, FieldProfileFactory, RuleFactory, SampleFactory

pytestmark = pytest.mark.django_db


def rows(client: Client, dataset: Dataset, **query: str | int) -> list[str]:
    response = client.get(reverse("catalog:dataset_schema", args=[dataset.pk]), query)
    return [row.field.path for row in response.context["fields"].rows]


def row(client: Client, dataset: Dataset, path: str) -> object:
    response = client.get(reverse("catalog:dataset_schema", args=[dataset.pk]))
    return next(one for one in response.context["fields"].rows if one.field.path == path)


def test_every_field_is_listed_in_order(customers: Dataset, as_bob: Client) -> None:
    assert rows(as_bob, customers) == ["id", "name", "email"]


def test_a_field_the_source_no_longer_has_is_left_out(customers: Dataset, as_bob: Client) -> None:
    Field.objects.filter(dataset=customers, name="name").update(archived_at="2026-01-01T00:00Z")
    assert rows(as_bob, customers) == ["id", "email"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("MAIL", ["email"]), ("e m", ["name", "email"]), ("billing", ["email"]), ("bigint", ["id"]), ("zebra", [])],
)
def test_every_word_of_the_filter_is_in_name_type_or_description(
    query: str, expected: list[str], customers: Dataset, as_bob: Client
) -> None:
    Field.objects.filter(dataset=customers, name="id").update(native_type="bigint")
    Field.objects.filter(dataset=customers).exclude(name="id").update(native_type="")
    Field.objects.filter(dataset=customers).update(type="")
    Field.objects.filter(dataset=customers, name="email").update(human_description="Billing contact")
    assert rows(as_bob, customers, q=query) == expected


def test_the_filter_does_not_tell_what_a_closed_field_is_about(customers: Dataset, bob: User) -> None:
    FieldFactory.create(dataset=customers, name="note", classified=["pii"], harvested_description="Religion")
    RuleFactory.create(label="class:pii", level="read", people=[bob])
    assert rows(signed_in(bob), customers, q="religion") == []
    assert rows(signed_in(bob), customers, q="note") == ["note"]


def test_a_field_closed_at_read_shows_its_name_and_the_reason_only(customers: Dataset, bob: User) -> None:
    FieldFactory.create(
        dataset=customers, name="note", native_type="varchar(77)", classified=["pii"], harvested_description="Religion"
    )
    RuleFactory.create(label="class:pii", level="read", people=[bob], reason="Beliefs are nobody's business.")
    page = signed_in(bob).get(reverse("catalog:dataset_schema", args=[customers.pk])).content.decode()
    assert "note" in page
    assert "Beliefs are nobody's business." in unescape(page)
    assert "varchar(77)" not in page
    assert "Religion" not in page


def test_a_type_that_names_closed_parts_is_not_spelled_out(customers: Dataset, bob: User) -> None:
    FieldFactory.create(dataset=customers, name="person", type="struct", native_type="struct(faith text)", position=8)
    FieldFactory.create(dataset=customers, name="faith", parent_path="person", classified=["pii"], position=9)
    RuleFactory.create(label="class:pii", level="discover", people=[bob])
    page = signed_in(bob).get(reverse("catalog:dataset_schema", args=[customers.pk])).content.decode()
    assert "person" in page
    assert "faith" not in page


def test_what_is_inside_a_hidden_field_is_hidden_and_not_counted(customers: Dataset, bob: User) -> None:
    FieldFactory.create(dataset=customers, name="person", classified=["pii"], position=8)
    FieldFactory.create(dataset=customers, name="age", parent_path="person", position=9)
    RuleFactory.create(label="class:pii", level="discover", people=[bob])
    client = signed_in(bob)
    assert rows(client, customers) == ["id", "name", "email"]
    assert client.get(customers.get_absolute_url()).context["page"].field_count == 3


def test_the_share_of_empty_rows_is_for_readers_and_distinct_for_samplers(customers: Dataset, bob: User) -> None:
    sample = SampleFactory.create(dataset=customers, rows_read=200)
    FieldProfileFactory.create(sample=sample, path="email", nulls=50, distinct=120)
    client = signed_in(bob)
    assert (row(client, customers, "email").empty, row(client, customers, "email").distinct) == (0.25, 120)  # type: ignore[attr-defined]
    RuleFactory.create(label="source:crm", level="sample", people=[bob])
    assert (row(client, customers, "email").empty, row(client, customers, "email").distinct) == (0.25, None)  # type: ignore[attr-defined]


def test_a_long_schema_comes_in_portions(as_bob: Client) -> None:
    wide = DatasetFactory.create(columns=[])
    Field.objects.bulk_create(
        Field(dataset=wide, path=f"c{n}", name=f"c{n}", position=n, native_type="text", type="string", nullable=True)
        for n in range(450)
    )
    assert len(rows(as_bob, wide)) == 200
    assert rows(as_bob, wide, start=400) == [f"c{n}" for n in range(400, 450)]
    assert len(rows(as_bob, wide, all=1)) == 450


def test_a_portion_asked_for_by_htmx_is_a_portion_of_the_page(customers: Dataset, as_bob: Client) -> None:
    address = reverse("catalog:dataset_schema", args=[customers.pk])
    part = as_bob.get(address, {"q": "mail"}, headers={"HX-Request": "true"}).content.decode()
    assert "email" in part
    assert "<html" not in part


@pytest.mark.parametrize(
    "query", [{"start": "x"}, {"start": "-1"}, {"start": "9" * 30}, {"q": "a\0b"}, {"q": "x" * 500}]
)
def test_an_address_nobody_offered_still_answers(query: dict[str, str], customers: Dataset, as_bob: Client) -> None:
    assert as_bob.get(reverse("catalog:dataset_schema", args=[customers.pk]), query).status_code == 200
