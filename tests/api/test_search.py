"""Search and suggestions over REST: what the page finds, and no more."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset
from catalog.search.feed import catch_up
from catalog.searches import remember_search
from permissions.models import User
from permissions.tokens.services import create_token
from tests.api.conftest import program, read
from tests.factories import DatasetFactory, DomainFactory, ExceptionFactory, RuleFactory, SourceFactory

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
    assert (told["relaxed"], told["partial"]) == (False, False)
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


def test_a_phrase_that_nothing_holds_is_told_to_be_taken_as_words(filled: Dataset, alice: User) -> None:
    told = read(program(alice), "search", q='"customers of old"')
    assert told["relaxed"]
    assert told["total"] > 0


def test_an_answer_that_took_long_is_told_to_be_partial(
    filled: Dataset, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.search.query.PATIENCE_MS", -1)
    told = read(program(alice), "search", q="customers")
    assert (told["partial"], told["facets"], told["items"][0]["matches"]) == (True, {}, [])


@pytest.mark.parametrize(("level", "is_told"), [("discover", False), ("read", False), ("sample", True)])
def test_scores_which_closed_texts_bear_upon_are_not_told(
    filled: Dataset, alice: User, charlie: User, level: str, is_told: bool
) -> None:
    hide(alice, charlie, level)
    assert all(item["score"] for item in read(program(alice), "search", q="customer")["items"])
    scores = [item["score"] for item in read(program(charlie), "search", q="customer")["items"]]
    assert [score is not None for score in scores] == [is_told] * len(scores)


def test_a_hidden_domain_is_in_no_facet(filled: Dataset, alice: User, charlie: User) -> None:
    rule = RuleFactory.create(label="domain:sales", level="discover", people=[charlie], owner=alice)
    ExceptionFactory.create(rule=rule, person=charlie, label="tag:gold", approved_by=alice)
    assert [one["value"] for one in read(program(alice), "search")["facets"]["domain"]] == ["sales"]
    told = read(program(charlie), "search", q="orders")
    assert [item["dataset"]["key"] for item in told["items"]] == ["crm.customer_orders"]
    assert told["items"][0]["dataset"]["domain"] is None
    assert "sales" not in str(told).lower()


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


def test_people_and_ones_own_searches_are_suggested(filled: Dataset, alice: User, charlie: User) -> None:
    remember_search(actor=alice, text="archers of last year")
    remember_search(actor=charlie, text="archery")
    told = read(program(alice), "suggest", q="arch")
    assert told["people"] == [{"username": "alice", "name": "Alice Archer"}]
    assert told["recent_searches"] == ["archers of last year"]
    assert read(program(charlie), "suggest") == {
        "datasets": [], "fields_named": [], "people": [], "recent_searches": ["archery"],
    }  # fmt: skip


def test_a_limited_token_is_not_told_what_its_owner_searched_for(filled: Dataset, alice: User) -> None:
    remember_search(actor=alice, text="customer plan")
    secret = create_token(actor=alice, name="a script", only_labels=["tag:gold"]).secret
    told = read(Client(headers={"Authorization": f"Bearer {secret}"}), "suggest", q="cust")
    assert ([item["key"] for item in told["datasets"]], told["recent_searches"]) == (["crm.customer_orders"], [])


def test_somebody_who_left_is_not_suggested(filled: Dataset, alice: User, charlie: User) -> None:
    User.objects.filter(pk=charlie.pk).update(is_active=False)
    assert read(program(alice), "suggest", q="charlie")["people"] == []


@pytest.mark.parametrize("text", ["a " * 900, "%_\\", "🦆"])
def test_odd_letters_get_suggestions(filled: Dataset, alice: User, text: str) -> None:
    read(program(alice), "suggest", q=text)


def test_while_the_index_is_built_search_says_so(customers: Dataset, search_dir: object, alice: User) -> None:
    told = read(program(alice), "search", q="customers")
    assert (told["state"], told["items"], told["total"]) == ("building", [], None)
