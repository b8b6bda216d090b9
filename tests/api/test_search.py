"""Search and suggestions over REST: what the page finds, and no more."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset
from catalog.search.feed import catch_up
from permissions.models import User
from tests.api.conftest import program, read
from tests.factories import DatasetFactory, DomainFactory, RuleFactory, SourceFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def filled(transactional_db: None, search_dir: object, customers: Dataset, alice: User) -> Dataset:
    """Customers, orders, and a plan that Charlie may not know of."""
    sales = DomainFactory.create(slug="sales", name="Sales")
    hr = SourceFactory.create(slug="hr", name="HR")
    DatasetFactory.create(source=customers.source, name="customer_orders", domain=sales, tags=["gold"], kind="view")
    DatasetFactory.create(source=hr, name="customer_plan", tags=["secret"], columns=["customer_bonus"], domain=sales)
    catch_up()
    return customers


def found(client: Client, **wanted: Any) -> list[str]:
    """Keys over all pages."""
    page = read(client, "search", **wanted)
    keys = [item["dataset"]["key"] for item in page["items"]]
    while page["next"]:
        page = client.get(page["next"]).json()
        keys += [item["dataset"]["key"] for item in page["items"]]
    return keys


def hide(alice: User, charlie: User, level: str = "discover") -> None:
    RuleFactory.create(label="tag:secret", level=level, people=[charlie], owner=alice)


EVERY = {"crm.public.customers", "crm.customer_orders", "hr.customer_plan"}


def test_a_search_tells_what_it_found_and_why(filled: Dataset, alice: User) -> None:
    told = read(program(alice), "search", q="customers")
    assert told["items"][0]["dataset"]["key"] == "crm.public.customers"
    assert told["items"][0]["dataset"]["owner"]["username"] == "alice"
    match = next(match for match in told["items"][0]["matches"] if match["where"] == "name")
    assert any(part["hit"] for part in match["parts"])
    assert (told["total"], told["state"], told["shortened"]) == (3, "ready", False)
    assert {one["value"]: one["count"] for one in told["facets"]["source"]} == {"crm": 2, "hr": 1}


@pytest.mark.parametrize("wanted", [{"q": "customer"}, {"q": ""}, {}, {"q": "customer", "domain": "sales"}])
def test_what_is_hidden_is_in_no_hit_count_or_facet(filled: Dataset, alice: User, charlie: User, wanted: Any) -> None:
    hide(alice, charlie)
    told = read(program(charlie), "search", **wanted)
    keys = {item["dataset"]["key"] for item in told["items"]}
    assert keys <= EVERY - {"hr.customer_plan"}
    assert told["total"] == len(keys)
    assert {one["value"] for one in told["facets"]["source"]} == {"crm"}
    for counts in told["facets"].values():
        assert sum(one["count"] for one in counts) <= len(keys)
    assert "plan" not in str(told)


def test_of_a_closed_dataset_a_hit_tells_what_names_it(filled: Dataset, alice: User, charlie: User) -> None:
    hide(alice, charlie, "read")
    told = read(program(charlie), "search", q="customer_plan")["items"][0]["dataset"]
    assert set(told) == {"id", "key", "name", "title", "kind", "source", "container", "restricted"}
    assert found(program(charlie), q="bonus") == []


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"q": "customer", "limit": 1}, EVERY),
        ({"source": "hr"}, {"hr.customer_plan"}),
        ({"source": ["hr", "crm"], "kind": "view"}, {"crm.customer_orders"}),
        ({"tag": "gold"}, {"crm.customer_orders"}),
        ({"domain": "sales"}, {"crm.customer_orders", "hr.customer_plan"}),
        ({"certified": "true"}, set()),
        ({"owner": "alice"}, {"crm.public.customers"}),
    ],
)
def test_filters_narrow_results_to_exactly_these(filled: Dataset, alice: User, wanted: Any, expected: set[str]) -> None:
    keys = found(program(alice), **wanted)
    assert (set(keys), len(keys)) == (expected, len(expected))


def test_counting_can_be_left_out(filled: Dataset, alice: User) -> None:
    assert read(program(alice), "search", q="customer", facets="false")["facets"] == {}


@pytest.mark.parametrize(
    "question", ['"unbalanced', "the of and", "!!! ???", "عملاء", "顧客", "🦄", "' OR 1=1 --", "<b>"]
)
def test_odd_questions_are_answered(filled: Dataset, alice: User, question: str) -> None:
    told = read(program(alice), "search", q=question)
    assert told["state"] == "ready"


def test_suggestions_hold_what_one_may_know_of(filled: Dataset, alice: User, charlie: User) -> None:
    told = read(program(alice), "suggest", q="cust")
    assert {item["key"] for item in told["datasets"]} == EVERY
    assert [item["path"] for item in told["fields_named"]] == ["customer_bonus"]
    hide(alice, charlie)
    told = read(program(charlie), "suggest", q="cust")
    assert {item["key"] for item in told["datasets"]} == EVERY - {"hr.customer_plan"}
    assert told["fields_named"] == []


def test_while_the_index_is_built_search_says_so(customers: Dataset, search_dir: object, alice: User) -> None:
    told = read(program(alice), "search", q="customers")
    assert (told["state"], told["items"], told["total"]) == ("building", [], None)
