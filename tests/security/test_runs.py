"""A run tells of a source what the person may read of it: not by message, globs, counters or schema changes."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.models import Dataset, Source
from catalog.schema_diff import FieldState, diff, to_json
from harvest.models import Run
from permissions.models import User
from tests.factories import DatasetFactory, FieldFactory, RuleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(customers: Dataset, alice: User) -> Run:
    """Of the CRM, whose customers have a field that Bob may not know of."""
    FieldFactory.create(dataset=customers, name="deal_value", classified=["finance"])
    RuleFactory.create(label="class:finance", level="discover", everyone=True, except_people=[alice])
    changes = to_json(diff([], [FieldState("deal_value", "int", "integer")]))
    entry = {
        "id": customers.pk,
        "path": customers.path,
        "kind": "table",
        "changes": changes,
        "change_class": "breaking",
    }
    return Run.objects.create(
        source=customers.source, state="failed", failed_part="rights", message="No right to read deal_value.",
        fields_read=4321, diff={"changed": [entry]},
    )  # fmt: skip


def pages(run: Run) -> list[str]:
    return [f"/runs/{run.pk}/", "/sources/crm/", f"/api/v1/runs/{run.pk}", "/api/v1/runs", "/api/v1/sources/crm/runs"]


def test_a_hidden_field_is_told_by_nothing_of_a_run(run: Run, as_alice: Client, as_bob: Client) -> None:
    for page in pages(run):
        assert "deal_value" in as_alice.get(page).content.decode(), page
        assert "deal_value" not in as_bob.get(page).content.decode(), page


def test_the_number_of_fields_is_not_told_where_one_is_hidden(run: Run, as_alice: Client, as_bob: Client) -> None:
    for page in (f"/api/v1/runs/{run.pk}", "/api/v1/runs"):
        assert "4321" in as_alice.get(page).content.decode()
        assert "4321" not in as_bob.get(page).content.decode()


def test_a_change_is_judged_by_what_one_may_see_of_it(run: Run, as_bob: Client) -> None:
    entry = as_bob.get(f"/api/v1/runs/{run.pk}").json()["diff"]["changed"][0]
    assert (entry["changes"], entry["change_class"]) == ([], "none")


def test_changes_of_a_dataset_closed_to_reading_are_not_told(run: Run, alice: User, as_bob: Client) -> None:
    RuleFactory.create(label="dataset:crm.public.customers", level="read", everyone=True, except_people=[alice])
    assert "changes" not in as_bob.get(f"/api/v1/runs/{run.pk}").json()["diff"]["changed"][0]


def test_globs_are_shown_to_those_who_see_everything_of_a_source(
    crm: Source, alice: User, as_alice: Client, as_bob: Client
) -> None:
    Source.objects.filter(pk=crm.pk).update(exclude=["public.merger_*"])
    assert "merger_" in as_bob.get("/sources/crm/").content.decode()
    DatasetFactory.create(source=crm, name="heron", tags=["secret"])
    RuleFactory.create(label="tag:secret", level="discover", everyone=True, except_people=[alice])
    assert "merger_" in as_alice.get("/sources/crm/").content.decode()
    assert "merger_" not in as_bob.get("/sources/crm/").content.decode()
