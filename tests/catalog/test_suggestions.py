"""What search fields suggest, and what they remember."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from catalog.models import Dataset, RecentSearch, SavedSearch
from catalog.search.feed import catch_up
from catalog.searches import RECENT_KEPT, remember_search
from permissions.models import OptOutRule, User
from tests.factories import DatasetFactory, RuleFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def index(settings: Settings, tmp_path: Path) -> None:
    settings.CONCORD_SEARCH_DIR = tmp_path / "search"


def suggested(client: Client, text: str) -> dict[str, list[str]]:
    catch_up()
    groups = client.get("/search/suggest/", {"q": text}).context["groups"]
    return {group.kind: [item.title for item in group.items] for group in groups}


def recent(person: User) -> list[str]:
    return list(RecentSearch.objects.filter(person=person).order_by("-at", "-pk").values_list("text", flat=True))


def test_datasets_fields_and_people_are_suggested(customers: Dataset, as_bob: Client, alice: User) -> None:
    assert suggested(as_bob, "cust") == {"Datasets": ["customers"]}
    assert suggested(as_bob, "ema")["Fields"] == ["email"]
    assert suggested(as_bob, "archer")["People"] == ["Alice Archer"]


def test_what_is_hidden_is_not_suggested(
    customers: Dataset, as_bob: Client, as_charlie: Client, hidden_from_charlie: OptOutRule
) -> None:
    DatasetFactory.create(name="customs")
    assert set(suggested(as_bob, "cust")["Datasets"]) == {"customers", "customs"}
    assert set(suggested(as_charlie, "cust")["Datasets"]) == {"customs"}
    assert suggested(as_charlie, "email") == {}


def test_fields_closed_to_reading_are_not_suggested(customers: Dataset, bob: User, as_bob: Client) -> None:
    RuleFactory.create(label="source:crm", level="read", people=[bob])
    assert "Fields" not in suggested(as_bob, "ema")


def test_before_anything_is_typed_ones_own_searches_are_suggested(
    customers: Dataset, alice: User, bob: User, as_bob: Client
) -> None:
    remember_search(actor=bob, text="late payments")
    remember_search(actor=alice, text="secret plans")
    SavedSearch.objects.create(person=bob, name="Gold orders", query="q=orders&tag=gold")
    SavedSearch.objects.create(person=alice, name="Hers")
    assert suggested(as_bob, "") == {"Recent searches": ["late payments"], "Saved searches": ["Gold orders"]}


def test_recent_searches_that_hold_what_was_typed_come_first(customers: Dataset, bob: User, as_bob: Client) -> None:
    for text in ("customers of last year", "orders"):
        remember_search(actor=bob, text=text)
    found = suggested(as_bob, "cust")
    assert next(iter(found)) == "Recent searches"
    assert found["Recent searches"] == ["customers of last year"]


def test_a_search_that_found_something_is_remembered_once(customers: Dataset, bob: User, as_bob: Client) -> None:
    catch_up()
    for words in ("customers", "  customers ", "zzzz"):
        as_bob.get("/search/", {"q": words})
    assert recent(bob) == ["customers"]


def test_letters_on_the_way_are_not_remembered_but_enter_is(customers: Dataset, bob: User, as_bob: Client) -> None:
    catch_up()
    as_bob.get("/search/", {"q": "custom"}, headers={"HX-Request": "true"})
    assert recent(bob) == []
    as_bob.get("/search/", {"q": "customers"}, headers={"HX-Request": "true", "Concord-Submitted": "yes"})
    assert recent(bob) == ["customers"]


def test_words_that_led_to_a_dataset_are_remembered(customers: Dataset, bob: User, as_bob: Client) -> None:
    as_bob.get(f"/datasets/{customers.pk}/", headers={"Referer": "http://testserver/search/?q=who+buys"})
    as_bob.get(f"/datasets/{customers.pk}/", headers={"Referer": "http://elsewhere.example/search/?q=not+ours"})
    assert recent(bob) == ["who buys"]


def test_only_the_latest_searches_are_kept(bob: User, alice: User) -> None:
    remember_search(actor=alice, text="hers")
    for n in range(RECENT_KEPT + 3):
        remember_search(actor=bob, text=f"words {n}")
    assert len(recent(bob)) == RECENT_KEPT
    assert recent(bob)[0] == f"words {RECENT_KEPT + 2}"
    assert recent(alice) == ["hers"]


def test_one_clears_ones_own_recent_searches(bob: User, alice: User, as_bob: Client) -> None:
    for person in (alice, bob):
        remember_search(actor=person, text="orders")
    as_bob.post("/search/recent/clear/")
    assert (recent(bob), recent(alice)) == ([], ["orders"])


@pytest.mark.parametrize("text", ["\0", "x" * 5000, "%_\\", "<b>", '"', "شجرة", "🌳"])
def test_odd_letters_get_an_answer(text: str, customers: Dataset, as_bob: Client) -> None:
    catch_up()
    assert as_bob.get("/search/suggest/", {"q": text}).status_code == 200


def test_suggesting_asks_few_questions(
    customers: Dataset, as_bob: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(20):
        DatasetFactory.create(name=f"customers_{n}", columns=["customer_id"])
    catch_up()
    with django_assert_max_num_queries(12):
        as_bob.get("/search/suggest/", {"q": "cust"})
