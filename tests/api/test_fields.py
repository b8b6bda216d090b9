"""Fields and schema versions over REST."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Dataset, Sample
from catalog.schema_diff import FieldState, diff, to_json
from permissions.models import User
from tests.api.conftest import every, program, read
from tests.factories import (
    FieldFactory,
    FieldProfileFactory,
    RuleFactory,
    SampleFactory,
    SchemaVersionFactory,
    relabel,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def wide(customers: Dataset) -> Dataset:
    """The customers with an address of two parts, one of them personal, and a profile of everything."""
    FieldFactory.create(dataset=customers, name="address", type="struct", native_type="struct<city, phone>", position=4)
    FieldFactory.create(dataset=customers, name="city", parent_path="address", position=5)
    FieldFactory.create(
        dataset=customers, name="phone", parent_path="address", position=6, classified=["pii.contact"], type="integer"
    )
    FieldFactory.create(dataset=customers, name="born", position=7, classified=["birth"], type="date", default="now()")
    sample = SampleFactory.create(dataset=customers)
    for path in ("id", "address.phone", "born"):
        FieldProfileFactory.create(sample=sample, path=path, minimum=f"least {path}")
    return customers


def fields(person: User, dataset: Dataset, **wanted: Any) -> dict[str, dict[str, Any]]:
    return {item["path"]: item for item in every(program(person), f"datasets/{dataset.pk}/fields", limit=2, **wanted)}


def close(alice: User, person: User, label: str, level: str) -> None:
    RuleFactory.create(label=label, level=level, people=[person], owner=alice, reason="Nobody needs this here.")


ALL = {"id", "name", "email", "address", "address.city", "address.phone", "born"}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ALL),
        ({"parent": "."}, ALL - {"address.city", "address.phone"}),
        ({"parent": "address"}, {"address.city", "address.phone"}),
        ({"name": "NA"}, {"name"}),
        ({"type": "date"}, {"born"}),
        ({"type": ["date", "integer"]}, {"born", "address.phone"}),
        ({"classification": "pii"}, {"address.phone"}),
        ({"classification": ["pii.contact", "birth"]}, {"born", "address.phone"}),
        ({"classification": "nothing"}, set()),
    ],
)
def test_filters_narrow_the_fields_to_exactly_these(wide: Dataset, bob: User, wanted: Any, found: set[str]) -> None:
    assert set(fields(bob, wide, **wanted)) == found


def test_fields_come_in_their_order_over_all_pages(wide: Dataset, bob: User) -> None:
    assert [item["position"] for item in fields(bob, wide).values()] == [1, 2, 3, 4, 5, 6, 7]


def test_a_field_hidden_from_somebody_is_absent_and_named_nowhere(wide: Dataset, alice: User, charlie: User) -> None:
    close(alice, charlie, "class:pii", "discover")
    found = fields(charlie, wide)
    assert set(found) == ALL - {"address.phone"}
    assert "phone" not in str(found)
    assert read(program(charlie), f"datasets/{wide.pk}")["field_count"] == 6
    assert read(program(alice), f"datasets/{wide.pk}")["field_count"] == 7


def test_what_is_inside_a_hidden_field_is_hidden_too(wide: Dataset, alice: User, charlie: User) -> None:
    FieldFactory.create(dataset=wide, name="area", parent_path="address.phone", position=8)
    close(alice, charlie, "class:pii", "discover")
    assert set(fields(charlie, wide)) == ALL - {"address.phone"}


def test_expressions_are_not_told_where_they_could_name_what_is_hidden(
    wide: Dataset, alice: User, charlie: User
) -> None:
    assert fields(charlie, wide)["born"]["default"] == "now()"
    close(alice, charlie, "class:pii", "discover")
    assert fields(charlie, wide)["born"]["default"] == ""


def test_of_a_closed_field_one_learns_its_name_and_why(wide: Dataset, alice: User, charlie: User) -> None:
    close(alice, charlie, "class:pii", "read")
    phone = fields(charlie, wide)["address.phone"]
    assert set(phone) == {"path", "parent_path", "name", "position", "restricted"}
    assert phone["restricted"]["rules"][0]["reason"] == "Nobody needs this here."


@pytest.mark.parametrize("wanted", [{"type": "integer"}, {"classification": "pii"}])
def test_what_a_closed_field_is_does_not_find_it(wide: Dataset, alice: User, charlie: User, wanted: Any) -> None:
    close(alice, charlie, "class:pii", "read")
    assert fields(charlie, wide, **wanted) == {}


def test_values_are_told_to_those_who_may_sample(wide: Dataset, alice: User, charlie: User) -> None:
    close(alice, charlie, "class:pii", "sample")
    found = fields(charlie, wide)
    phone, born = found["address.phone"]["profile"], found["born"]["profile"]
    values = {"distinct", "minimum", "maximum", "frequent"}
    assert (phone["masked"], {phone[name] for name in values}) == (True, {None})
    assert phone["nulls"] == 0
    assert (born["masked"], born["minimum"]) == (False, "least born")


def test_no_value_is_told_where_the_dataset_is_closed_at_sample(wide: Dataset, alice: User, charlie: User) -> None:
    close(alice, charlie, "source:crm", "sample")
    told = [item["profile"] for item in fields(charlie, wide).values() if item["profile"]]
    assert {profile["masked"] for profile in told} == {True}
    assert "least" not in str(told)
    assert read(program(charlie), f"datasets/{wide.pk}")["may_sample"] is False


def test_fields_that_nobody_looked_at_have_no_profile(wide: Dataset, alice: User) -> None:
    assert fields(alice, wide)["name"]["profile"] is None
    Sample.objects.update(rows_read=0)
    assert {item["profile"] for item in fields(alice, wide).values()} == {None}


# --- schema versions


@pytest.fixture
def changed(customers: Dataset) -> Dataset:
    """Three versions: `phone` came, then `name` became longer."""
    states = [
        [FieldState("id", "int", "integer"), FieldState("name", "varchar(10)", "string")],
        [FieldState("id", "int", "integer"), FieldState("name", "varchar(10)", "string"),
         FieldState("phone", "text", "string")],
        [FieldState("id", "int", "integer"), FieldState("name", "varchar(20)", "string"),
         FieldState("phone", "text", "string")],
    ]  # fmt: skip
    FieldFactory.create(dataset=customers, name="phone", position=9, classified=["pii.contact"])
    for number, now in enumerate(states, 1):
        before = states[number - 2] if number > 1 else []
        SchemaVersionFactory.create(
            dataset=customers, number=number, states=now, created_at=timezone.now(),
            changes=to_json(diff(before, now)) if number > 1 else [],
        )  # fmt: skip
    relabel(customers)
    return customers


def numbers(person: User, dataset: Dataset) -> list[int]:
    return [item["number"] for item in every(program(person), f"datasets/{dataset.pk}/versions", limit=1)]


def kinds(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [(change["kind"], change["path"]) for change in told["changes"]]


def test_versions_come_the_latest_first_with_their_changes(changed: Dataset, alice: User) -> None:
    assert numbers(alice, changed) == [3, 2, 1]
    told = read(program(alice), f"datasets/{changed.pk}/versions/2")
    assert (kinds(told), told["since"], told["impact"]) == ([("added", "phone")], 1, "compatible")
    assert [state["path"] for state in told["states"]] == ["id", "name", "phone"]


def test_any_two_versions_are_compared(changed: Dataset, alice: User) -> None:
    told = read(program(alice), f"datasets/{changed.pk}/versions/3", since=1)
    assert set(kinds(told)) == {("added", "phone"), ("type_widened", "name")}
    back = read(program(alice), f"datasets/{changed.pk}/versions/1", since=3)
    assert set(kinds(back)) == {("removed", "phone"), ("type_narrowed", "name")}


def test_changes_of_hidden_fields_are_in_no_version(changed: Dataset, alice: User, charlie: User) -> None:
    close(alice, charlie, "class:pii", "discover")
    assert numbers(charlie, changed) == [3, 1]
    told = read(program(charlie), f"datasets/{changed.pk}/versions/3", since=1)
    assert kinds(told) == [("type_widened", "name")]
    assert "phone" not in str(told)


def test_of_fields_closed_at_read_a_version_tells_the_name(changed: Dataset, alice: User, charlie: User) -> None:
    close(alice, charlie, "class:pii", "read")
    told = read(program(charlie), f"datasets/{changed.pk}/versions/2")
    assert told["states"][2] == {"path": "phone", "restricted": True}
    assert told["changes"] == []


@pytest.mark.parametrize("path", ["versions/9", "versions/2?since=9", "versions/0"])
def test_a_version_that_never_was(changed: Dataset, alice: User, path: str) -> None:
    assert program(alice).get(f"/api/v1/datasets/{changed.pk}/{path}").status_code == 404
