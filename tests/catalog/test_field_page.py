"""The page of one field: what is told of it, and to whom."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Dataset, Field, FieldClassification
from catalog.schema_diff import FieldState, diff, to_json
from permissions.models import User
from tests.cast import signed_in
from tests.factories import (
    DatasetFactory,
    FieldFactory,
    FieldProfileFactory,
    ForeignKeyFactory,
    RuleFactory,
    SampleFactory,
    SchemaVersionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def email(customers: Dataset) -> Field:
    return customers.fields.get(name="email")


def page(client: Client, field: Field) -> str:
    response = client.get(field.get_absolute_url())
    assert response.status_code == 200
    return str(response.content.decode())


def test_schema_rows_lead_to_the_page_of_the_field(email: Field, as_bob: Client) -> None:
    schema = as_bob.get(reverse("catalog:dataset_schema", args=[email.dataset_id])).content.decode()
    assert email.get_absolute_url() in schema


def test_a_path_leads_to_the_page_of_the_field(email: Field, as_bob: Client) -> None:
    address = reverse("catalog:field_by_path", args=[email.dataset_id])
    assert as_bob.get(address, {"path": "email"})["Location"] == email.get_absolute_url()
    assert as_bob.get(address, {"path": "nothing"}).status_code == 404


def test_a_field_of_another_dataset_is_not_found_here(email: Field, as_bob: Client) -> None:
    other = DatasetFactory.create()
    assert as_bob.get(reverse("catalog:field", args=[other.pk, email.pk])).status_code == 404


def test_its_classification_is_shown_with_the_evidence(email: Field, as_bob: Client) -> None:
    marked = FieldFactory.create(dataset=email.dataset, name="mail", classified=["pii"])
    FieldClassification.objects.update(state="suggested", confidence=0.97, evidence=["98 of 100 values are addresses"])
    shown = page(as_bob, marked)
    assert "98 of 100 values are addresses" in shown
    assert "Suggested" in shown


def test_foreign_keys_are_shown_both_ways_and_only_with_this_field(
    customers: Dataset, email: Field, as_bob: Client
) -> None:
    there = DatasetFactory.create(name="addresses", columns=["mail"])
    ForeignKeyFactory.create(dataset=customers, fields=["email"], ref_dataset=there, ref_fields=["mail"])
    ForeignKeyFactory.create(dataset=customers, fields=["id"], ref_dataset=DatasetFactory.create(name="unrelated"))
    assert "addresses" in page(as_bob, email)
    assert "unrelated" not in page(as_bob, email)
    assert "customers" in page(as_bob, there.fields.get())


def test_a_key_to_a_hidden_dataset_is_left_out(customers: Dataset, email: Field, as_bob: Client, bob: User) -> None:
    secret = DatasetFactory.create(name="merger", tags=["secret"])
    ForeignKeyFactory.create(dataset=customers, fields=["email"], ref_dataset=secret)
    RuleFactory.create(label="tag:secret", level="discover", people=[bob])
    assert "merger" not in page(as_bob, email)


def test_its_values_are_described_to_those_who_may_sample(
    customers: Dataset, email: Field, as_bob: Client, bob: User
) -> None:
    FieldProfileFactory.create(
        sample=SampleFactory.create(dataset=customers), path="email", minimum="aaa@x.org", frequent=[["zed@x.org", 40]]
    )
    shown = page(as_bob, email)
    assert "aaa@x.org" in shown
    assert "zed@x.org" in shown
    RuleFactory.create(label="source:crm", level="sample", people=[bob])
    closed = page(signed_in(bob), email)
    assert "x.org" not in closed


def test_values_of_a_masked_field_are_not_shown_but_the_reason_is(customers: Dataset, bob: User) -> None:
    card = FieldFactory.create(dataset=customers, name="card", classified=["pii"])
    FieldProfileFactory.create(sample=SampleFactory.create(dataset=customers), path="card", minimum="4111")
    RuleFactory.create(label="class:pii", level="sample", people=[bob], reason="Cards are for billing alone.")
    shown = page(signed_in(bob), card)
    assert "4111" not in shown
    assert "Cards are for billing alone." in shown


def test_a_field_closed_to_reading_gives_the_reason_and_nothing_else(customers: Dataset, bob: User) -> None:
    deal = FieldFactory.create(dataset=customers, name="deal", classified=["finance"], native_type="numeric(9,2)")
    inside = FieldFactory.create(dataset=customers, name="amount", parent_path="deal")
    RuleFactory.create(label="class:finance", level="read", people=[bob], reason="Deals are not public yet.")
    for field in (deal, inside):
        response = signed_in(bob).get(field.get_absolute_url())
        assert response.status_code == 403
        assert "Deals are not public yet." in response.content.decode()
        assert "numeric" not in response.content.decode()


def test_a_hidden_field_and_what_is_in_it_do_not_exist(customers: Dataset, bob: User, as_alice: Client) -> None:
    deal = FieldFactory.create(dataset=customers, name="deal", classified=["finance"])
    inside = FieldFactory.create(dataset=customers, name="amount", parent_path="deal")
    RuleFactory.create(label="class:finance", level="discover", people=[bob])
    for field in (deal, inside):
        assert signed_in(bob).get(field.get_absolute_url()).status_code == 404
        assert as_alice.get(field.get_absolute_url()).status_code == 200


def test_its_history_follows_it_through_a_rename(customers: Dataset, email: Field, as_bob: Client) -> None:
    SchemaVersionFactory.create(dataset=customers, number=1)
    removed = to_json(diff([FieldState("fax", "text", "string")], []))
    renamed = [
        {"kind": "renamed", "path": "email", "before": "mail", "after": "email", "breaking": True,
         "message": "`mail` was renamed to `email`.", "confidence": 0.9},
    ]  # fmt: skip
    widened = [
        {"kind": "type_widened", "path": "mail", "before": "char", "after": "text", "breaking": False,
         "message": "`mail` became wider.", "confidence": None},
    ]  # fmt: skip
    for number, changes in ((2, widened), (3, removed), (4, renamed)):
        SchemaVersionFactory.create(dataset=customers, number=number, changes=changes, created_at=timezone.now())
    history = as_bob.get(email.get_absolute_url()).context["history"]
    assert [moment.version.number for moment in history] == [4, 2, 1]


def test_fields_of_its_name_elsewhere_are_those_one_may_read(
    customers: Dataset, email: Field, as_bob: Client, bob: User
) -> None:
    seen = DatasetFactory.create(columns=["email"])
    DatasetFactory.create(columns=["email"], archived_at=timezone.now())
    DatasetFactory.create(columns=["email_2"])
    for level, tag in (("discover", "secret"), ("read", "closed")):
        DatasetFactory.create(columns=["email"], tags=[tag])
        RuleFactory.create(label=f"tag:{tag}", level=level, people=[bob])
    RuleFactory.create(label="class:pii", level="read", people=[bob])
    FieldFactory.create(name="email", classified=["pii"])
    around = FieldFactory.create(name="person", classified=["pii"])
    FieldFactory.create(dataset=around.dataset, name="email", parent_path="person")
    context = as_bob.get(email.get_absolute_url()).context
    assert {field.dataset for field in context["namesakes"]} == {seen}


def test_a_very_long_name_has_a_page(customers: Dataset, as_bob: Client) -> None:
    assert "x" * 900 in page(as_bob, FieldFactory.create(dataset=customers, name="x" * 900))
