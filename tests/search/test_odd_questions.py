"""Whatever is typed gives an answer."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Dataset
from catalog.search.feed import catch_up
from catalog.search.query import search
from catalog.search.results import Filters
from catalog.search.suggest import suggest
from permissions.models import User
from tests.examples import examples
from tests.factories import DatasetFactory
from tests.searching import Find

pytestmark = pytest.mark.django_db(transaction=True)

ODD = [
    "", " ", "\0", "orders\0", '"', '"orders', "'", ":", "source:", "tag:gold -orders", "-", "()", "(orders AND", "*",
    "orders*", "a" * 10_000, "wörd " * 2_000, "🦆", "🦆 orders", "../../etc", "%", "_", "{}", "[", "\\", "orders~2^9",
    "\ud800orders", "SELECT 1; DROP TABLE x", "顧客", "\u202eorders", "1=1", "&&", "a:b:c:d", ".*", "(?P<x>", "\t\n",
    "-orders", "-\"", 'field:"', "field:\0", "-tag:\ud800", "owner:🦆", 'kind:"x y"', "the of and", "!!! ???",
    "שלום orders",
    '"顧客データ"', "<script>alert(1)</script>", "source:" + "x" * 400, " ".join(f"tag:t{n}" for n in range(1_000)),
    "-a -b -c", '"a" "b" "c"', "field:the", '""', "-field:顧客",
]  # fmt: skip


@pytest.fixture
def orders(find: Find) -> None:
    DatasetFactory.create(name="orders", columns=["order_id"])
    catch_up()


@pytest.mark.parametrize("number", range(len(ODD)))
def test_an_odd_question_is_answered(number: int, orders: None, alice: User) -> None:
    results = search(alice, ODD[number])
    assert results.state == "ready"
    suggest(alice, ODD[number])
    search(alice, "orders", filters=Filters(source=(ODD[number],), tag=(ODD[number],)))


def test_a_question_that_is_too_long_says_so(orders: None, alice: User) -> None:
    assert search(alice, "orders " * 1_500).shortened


@given(text=st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=60))
@examples(40)
def test_any_question_is_answered(text: str, orders: None, alice: User) -> None:
    search(alice, text)
    suggest(alice, text)


def test_what_takes_the_database_too_long_gives_a_partial_answer_that_says_so(
    orders: None, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object) -> list[Dataset]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")
        return []

    monkeypatch.setattr("catalog.search.query.datasets_of", slow)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '100ms'")
    try:
        results = search(alice, "orders")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
    assert results.partial
    assert results.hits == ()
    assert results.total == 1
