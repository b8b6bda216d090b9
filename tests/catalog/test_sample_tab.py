"""The sample tab: values for those who may see them, masked where a rule says so."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Dataset, Field
from permissions.masks import Mask, masked
from permissions.models import User
from tests.cast import signed_in
from tests.factories import FieldFactory, FieldProfileFactory, RuleFactory, SampleFactory

pytestmark = pytest.mark.django_db


def page(client: Client, dataset: Dataset, **query: str | int) -> str:
    response = client.get(reverse("catalog:dataset_sample", args=[dataset.pk]), query)
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_sample_shows_its_rows(customers: Dataset, as_bob: Client) -> None:
    SampleFactory.create(dataset=customers)
    assert "email-2" in page(as_bob, customers)


@pytest.mark.parametrize(
    ("of", "told"),
    [
        ({"rows_total": 3, "rows_read": 3}, "All 3 rows, taken"),
        (
            {"rows_total": 480, "rows_read": 480},
            "A sample of 3 out of 480 rows, taken … . The profile is of all of them.",
        ),
        (
            {"rows_total": 480, "rows_exact": False, "rows_read": 90},
            "A sample of 3 out of about 480 rows, taken … . The profile is of 90 rows.",
        ),
        ({"rows_total": None, "rows_read": 90}, "A sample of 3 rows, taken … . The profile is of 90 rows."),
    ],
)
def test_the_sample_says_of_how_much_it_is(
    of: dict[str, int | None], told: str, customers: Dataset, as_bob: Client
) -> None:
    SampleFactory.create(dataset=customers, **of)
    line = page(as_bob, customers).split("results-line")[1].split("</p>")[0].partition(">")[2]
    plain = re.sub(r"<time.*?</time>", "… ", line).replace("\u00a0", " ")
    assert told in re.sub(r"<[^>]*>", "", plain)


def test_who_may_not_sample_reads_why_and_sees_no_value(customers: Dataset, bob: User) -> None:
    SampleFactory.create(dataset=customers)
    RuleFactory.create(label="source:crm", level="sample", people=[bob], reason="Analysts work on copies.")
    shown = page(signed_in(bob), customers)
    assert "Analysts work on copies." in shown
    assert "email-2" not in shown


def test_a_sensitive_column_is_masked_with_its_profile_and_the_reason(customers: Dataset, bob: User) -> None:
    FieldFactory.create(dataset=customers, name="phone", classified=["pii.contact"])
    sample = SampleFactory.create(dataset=customers)
    FieldProfileFactory.create(
        sample=sample, path="phone", minimum="phone-low", maximum="phone-high", frequent=[["phone-often", 9]]
    )
    RuleFactory.create(label="class:pii", level="sample", people=[bob], reason="Numbers are for support.")
    shown = page(signed_in(bob), customers)
    assert "Numbers are for support." in shown
    assert "1 column is masked." in shown
    assert "email-2" in shown
    for value in ("phone-0", "phone-low", "phone-high", "phone-often"):
        assert value not in shown


def test_a_suggested_classification_masks_until_it_is_rejected(customers: Dataset, bob: User) -> None:
    field = FieldFactory.create(dataset=customers, name="phone", classified=["pii"])
    field.classified.update(state="suggested")
    SampleFactory.create(dataset=customers)
    RuleFactory.create(label="class:pii", level="sample", people=[bob])
    assert "phone-0" not in page(signed_in(bob), customers)


def test_a_column_is_masked_where_anything_inside_it_is_closed(customers: Dataset, bob: User) -> None:
    FieldFactory.create(dataset=customers, name="address", type="struct")
    FieldFactory.create(dataset=customers, name="geo", parent_path="address", type="struct")
    FieldFactory.create(dataset=customers, name="lat", parent_path="address.geo", classified=["pii"])
    SampleFactory.create(dataset=customers)
    RuleFactory.create(label="class:pii", level="sample", people=[bob])
    shown = page(signed_in(bob), customers)
    assert "address" in shown
    assert "address-0" not in shown


def test_a_hidden_column_is_absent_and_the_others_keep_their_values(customers: Dataset, bob: User) -> None:
    FieldFactory.create(dataset=customers, name="aaa_secret", position=0, classified=["pii"])
    SampleFactory.create(dataset=customers)
    RuleFactory.create(label="class:pii", level="discover", people=[bob])
    shown = page(signed_in(bob), customers)
    assert "aaa_secret" not in shown
    assert "id-0" in shown


def test_a_column_that_is_no_field_is_not_shown(customers: Dataset, as_bob: Client) -> None:
    SampleFactory.create(dataset=customers, columns=["id", "gone"], rows=[["id-0", "gone-0"]])
    shown = page(as_bob, customers)
    assert "id-0" in shown
    assert "gone-0" not in shown


def test_a_field_called_like_a_part_of_another_does_not_mask_it(customers: Dataset, bob: User) -> None:
    FieldFactory.create(dataset=customers, name="email_hash", classified=["pii"])
    SampleFactory.create(dataset=customers)
    RuleFactory.create(label="class:pii", level="sample", people=[bob])
    shown = page(signed_in(bob), customers)
    assert "email-0" in shown
    assert "email_hash-0" not in shown


def test_values_of_sources_are_only_text(customers: Dataset, as_bob: Client) -> None:
    SampleFactory.create(dataset=customers, columns=["id"], rows=[["<script>x</script>"]])
    assert "<script>x" not in page(as_bob, customers)


def test_a_wide_sample_is_shown_some_columns_at_a_time(customers: Dataset, as_bob: Client) -> None:
    Field.objects.bulk_create(
        Field(dataset=customers, path=f"c{n:03}", name=f"c{n:03}", position=n, native_type="", type="", nullable=True)
        for n in range(10, 100)
    )
    SampleFactory.create(dataset=customers)
    assert "c099-0" not in page(as_bob, customers)
    assert "c099-0" in page(as_bob, customers, start=90)


def test_a_sample_that_failed_says_so(customers: Dataset, as_bob: Client) -> None:
    SampleFactory.create(dataset=customers, columns=[], rows=[], error="The statement took longer than 60 s.")
    assert "longer than 60 s" in page(as_bob, customers)


def test_a_rule_chooses_what_stands_for_the_values(customers: Dataset, bob: User) -> None:
    FieldFactory.create(dataset=customers, name="phone", classified=["pii"])
    SampleFactory.create(dataset=customers, columns=["id", "phone"], rows=[["id-0", "+4915112345678"]])
    rule = RuleFactory.create(label="class:pii", level="sample", people=[bob], mask="partial")
    assert "•••••5678" in page(signed_in(bob), customers)
    rule.mask = "hashed"
    rule.save()
    shown = page(signed_in(bob), customers)
    assert str(masked("+4915112345678", Mask.HASHED)) in shown
    for leaked in ("5678", "+4915112345678"):
        assert leaked not in shown


def test_rules_that_disagree_show_nothing(customers: Dataset, bob: User) -> None:
    FieldFactory.create(dataset=customers, name="phone", classified=["pii"])
    SampleFactory.create(dataset=customers, columns=["phone"], rows=[["+4915112345678"]])
    RuleFactory.create(label="class:pii", level="sample", people=[bob], mask="partial")
    RuleFactory.create(label="class:pii", level="sample", people=[bob], mask="hashed")
    shown = page(signed_in(bob), customers)
    assert "5678" not in shown
    assert str(masked("+4915112345678", Mask.HASHED)) not in shown


def test_a_whole_dataset_may_be_masked_so_that_its_shape_still_shows(customers: Dataset, bob: User) -> None:
    SampleFactory.create(dataset=customers, columns=["id", "email"], rows=[["1", "ada.lovelace@example.org"]])
    RuleFactory.create(label="source:crm", level="sample", people=[bob], mask="partial", reason="Shapes are enough.")
    shown = page(signed_in(bob), customers)
    assert "Shapes are enough." in shown
    assert "•••••.org" in shown
    assert "lovelace" not in shown


def test_a_column_hidden_by_its_own_rule_stays_hidden_in_a_masked_dataset(customers: Dataset, bob: User) -> None:
    FieldFactory.create(dataset=customers, name="phone", classified=["pii"])
    SampleFactory.create(dataset=customers, columns=["phone"], rows=[["+4915112345678"]])
    RuleFactory.create(label="source:crm", level="sample", people=[bob], mask="partial")
    RuleFactory.create(label="class:pii", level="sample", people=[bob])
    assert "5678" not in page(signed_in(bob), customers)


def test_of_a_column_with_a_closed_part_nothing_is_shown_whatever_the_mask(customers: Dataset, bob: User) -> None:
    FieldFactory.create(dataset=customers, name="address", type="struct")
    FieldFactory.create(dataset=customers, name="street", parent_path="address", classified=["pii"])
    SampleFactory.create(dataset=customers, columns=["address"], rows=[["Unter den Linden 77"]])
    RuleFactory.create(label="class:pii", level="sample", people=[bob], mask="partial")
    assert "n 77" not in page(signed_in(bob), customers)


def test_a_masked_column_has_no_profile(customers: Dataset, bob: User) -> None:
    FieldFactory.create(dataset=customers, name="phone", classified=["pii"])
    sample = SampleFactory.create(dataset=customers, columns=["phone"], rows=[["+4915112345678"]])
    FieldProfileFactory.create(sample=sample, path="phone", minimum="phone-low", frequent=[["phone-often", 9]])
    RuleFactory.create(label="source:crm", level="sample", people=[bob], mask="generalised")
    shown = page(signed_in(bob), customers)
    for value in ("phone-low", "phone-often"):
        assert value not in shown
