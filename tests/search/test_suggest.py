"""What a beginning may become."""

import pytest

from catalog.search.feed import catch_up
from catalog.search.suggest import suggest
from permissions.models import User
from tests.factories import DatasetFactory
from tests.searching import Find

pytestmark = pytest.mark.django_db(transaction=True)


def names(viewer: User, prefix: str) -> list[str]:
    catch_up()
    return [dataset.name for dataset in suggest(viewer, prefix).datasets]


def test_the_last_word_is_a_beginning(alice: User, find: Find) -> None:
    DatasetFactory.create(name="customer_orders")
    DatasetFactory.create(name="customer_visits")
    assert names(alice, "customer o") == ["customer_orders"]


@pytest.mark.parametrize("typed", ["categor", "categori", "categorie", "categories", "c", "category"])
def test_every_beginning_of_a_word_with_an_ending_is_found(typed: str, alice: User, find: Find) -> None:
    DatasetFactory.create(name="categories")
    assert names(alice, typed) == ["categories"]


def test_columns_are_suggested_with_their_dataset(alice: User, find: Find) -> None:
    DatasetFactory.create(name="people", columns=["email_address", "id"])
    catch_up()
    suggestions = suggest(alice, "emai")
    assert [(field.name, field.dataset.name) for field in suggestions.fields] == [("email_address", "people")]


def test_names_that_begin_so_come_first(alice: User, find: Find) -> None:
    DatasetFactory.create(name="all_orders", popularity=100)
    DatasetFactory.create(name="orders_daily")
    assert names(alice, "ord") == ["orders_daily", "all_orders"]


def test_nothing_is_suggested_before_there_is_an_index(alice: User, search_dir: object) -> None:
    assert suggest(alice, "ord").datasets == ()
