"""Results of a search as a table and as CSV."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from catalog import exporting
from catalog.models import Dataset
from catalog.search.feed import catch_up
from permissions.models import OptOutRule, User
from tests.cast import signed_in
from tests.factories import DatasetFactory, RuleFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def index(settings: Settings, tmp_path: Path) -> None:
    settings.CONCORD_SEARCH_DIR = tmp_path / "search"


def exported(client: Client, query: str = "") -> list[dict[str, str]]:
    catch_up()
    response = client.get(f"/search/export/?{query}")
    assert response["Content-Disposition"].endswith('.csv"')
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(text.splitlines()))


def test_an_export_holds_exactly_the_results_one_may_know_of(
    customers: Dataset, as_bob: Client, as_charlie: Client, hidden_from_charlie: OptOutRule
) -> None:
    DatasetFactory.create(name="customers_2")
    DatasetFactory.create(name="weather")
    assert {row["dataset"].split(".")[-1] for row in exported(as_bob, "q=customers")} == {"customers", "customers_2"}
    assert {row["dataset"].split(".")[-1] for row in exported(as_charlie, "q=customers")} == {"customers_2"}


def test_an_export_goes_on_over_all_pages(customers: Dataset, as_bob: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PAGE", 2)
    for n in range(4):
        DatasetFactory.create(name=f"customers_{n}")
    assert len({row["dataset"] for row in exported(as_bob)}) == 5


def test_a_restricted_row_tells_nothing_but_that_it_exists(customers: Dataset, bob: User) -> None:
    Dataset.objects.filter(pk=customers.pk).update(human_description="Signed in secret.", row_estimate=77)
    RuleFactory.create(label="source:crm", level="read", people=[bob])
    (row,) = exported(signed_in(bob))
    assert row["dataset"] == "crm.public.customers"
    assert (row["description"], row["rows"]) == ("", "")


def test_a_spreadsheet_runs_nothing_of_it(customers: Dataset, as_bob: Client) -> None:
    Dataset.objects.filter(pk=customers.pk).update(title="=HYPERLINK(1)", human_description="@SUM(A1)")
    (row,) = exported(as_bob)
    assert (row["title"], row["description"]) == ("'=HYPERLINK(1)", "'@SUM(A1)")


def test_the_table_shows_what_the_list_does(customers: Dataset, as_bob: Client) -> None:
    catch_up()
    page = as_bob.get("/search/?q=customers&view=table")
    assert '<th scope="col">Dataset</th>' in page.content.decode()
    assert [line.hit.dataset for line in page.context["lines"]] == [customers]
