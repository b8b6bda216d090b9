"""The history tab: versions, what changed, and the schema as it was."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Dataset
from catalog.schema_diff import FieldState, diff, to_json
from permissions.models import User
from tests.cast import signed_in
from tests.factories import FieldFactory, RuleFactory, SchemaVersionFactory

pytestmark = pytest.mark.django_db

V1 = [FieldState("id", "int", "integer", position=1), FieldState("fax", "text", "string", position=2)]
V2 = [FieldState("id", "int", "integer", position=1), FieldState("iban", "text", "string", position=2)]


@pytest.fixture
def history(customers: Dataset) -> Dataset:
    """``fax`` went, ``iban`` came; the latest version is what the fields say."""
    SchemaVersionFactory.create(dataset=customers, number=1, states=V1)
    changes = to_json(diff(V1, V1[:1])) + to_json(diff(V2[:1], V2))
    SchemaVersionFactory.create(dataset=customers, number=2, fields=None, changes=changes, change_class="breaking")
    return customers


def news(client: Client, dataset: Dataset, **query: str | int) -> list[tuple[int, str, list[str]]]:
    response = client.get(reverse("catalog:dataset_history", args=[dataset.pk]), query)
    versions = response.context["versions"]
    return [(one.version.number, one.impact, [change.path for change in one.changes]) for one in versions]


def test_versions_tell_what_changed_latest_first(history: Dataset, as_bob: Client) -> None:
    assert news(as_bob, history) == [(2, "breaking", ["fax", "iban"]), (1, "none", [])]


def test_each_version_has_an_address_of_its_own_on_the_page(history: Dataset, as_bob: Client) -> None:
    assert 'id="v2"' in as_bob.get(reverse("catalog:dataset_history", args=[history.pk])).content.decode()


def test_a_change_is_judged_by_what_its_reader_may_see_of_it(history: Dataset, bob: User) -> None:
    FieldFactory.create(dataset=history, name="fax", archived_at="2026-01-01T00:00Z", classified=["pii"])
    RuleFactory.create(label="class:pii", level="read", people=[bob])
    assert news(signed_in(bob), history) == [(2, "compatible", ["iban"]), (1, "none", [])]


def test_a_version_of_nothing_but_closed_fields_is_left_out(history: Dataset, bob: User) -> None:
    for name in ("fax", "iban"):
        FieldFactory.create(dataset=history, name=name, classified=["pii"])
    RuleFactory.create(label="class:pii", level="discover", people=[bob])
    assert news(signed_in(bob), history) == [(1, "none", [])]


def test_the_schema_can_be_seen_as_it_was(history: Dataset, as_bob: Client) -> None:
    response = as_bob.get(reverse("catalog:dataset_snapshot", args=[history.pk, 1]))
    assert [state.path for state, _, _ in response.context["states"]] == ["id", "fax"]


def test_the_latest_version_is_what_the_fields_say(history: Dataset, as_bob: Client) -> None:
    response = as_bob.get(reverse("catalog:dataset_snapshot", args=[history.pk, 2]))
    assert [state.path for state, _, _ in response.context["states"]] == ["id", "name", "email"]


def test_a_version_that_never_was_is_not_found(history: Dataset, as_bob: Client) -> None:
    assert as_bob.get(reverse("catalog:dataset_snapshot", args=[history.pk, 9])).status_code == 404


def test_a_long_history_goes_on_on_the_next_page(customers: Dataset, as_bob: Client) -> None:
    change = to_json(diff(V1, V1[:1]))
    for number in range(1, 36):
        SchemaVersionFactory.create(dataset=customers, number=number, changes=change)
    assert [number for number, _, _ in news(as_bob, customers)] == list(range(35, 5, -1))
    assert [number for number, _, _ in news(as_bob, customers, before=6)] == [5, 4, 3, 2, 1]
