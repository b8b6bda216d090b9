"""Pages by key."""

import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.db.models import Count, QuerySet
from django.db.models.functions import Length
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from catalog.models import Dataset
from core.paging import SALT, BadCursor, Page, keyset_page
from permissions.models import Team, User
from tests.examples import examples
from tests.factories import DatasetFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

ORDERS = [
    ("last_name", "pk"),
    ("-last_name", "-pk"),
    ("title", "pk"),
    ("title", "-pk"),
    ("-title", "last_name", "-pk"),
    ("date_joined", "-title", "pk"),
    ("-long", "pk"),
]


@pytest.fixture
def people() -> "QuerySet[User]":
    """Twelve people, few titles: ties in every column but the key."""
    for number, title in enumerate(itertools.islice(itertools.cycle(["", "Zoë", "analyst", "Analyst", "clerk"]), 12)):
        UserFactory.create(username=f"p{number}", title=title, last_name=str(number % 3))
    return User.objects.annotate(long=Length("title"))


def walk(queryset: "QuerySet[Any]", order: Sequence[str], size: int) -> list[Page[Any]]:
    """Every page from the first to the last."""
    pages = [keyset_page(queryset, order=order, size=size)]
    while cursor := pages[-1].next_cursor:
        pages.append(keyset_page(queryset, order=order, cursor=cursor, size=size))
    return pages


@pytest.mark.parametrize("size", [1, 4, 5, 12, 50])
@pytest.mark.parametrize("order", ORDERS, ids="_".join)
def test_the_pages_are_the_whole_list_in_order(people: "QuerySet[User]", order: tuple[str, ...], size: int) -> None:
    shown = [person for page in walk(people, order, size) for person in page.items]
    assert shown == list(people.order_by(*order))


@pytest.mark.parametrize("order", ORDERS, ids="_".join)
def test_going_back_shows_the_same_pages(people: "QuerySet[User]", order: tuple[str, ...]) -> None:
    forth = walk(people, order, 5)
    back = [forth[-1]]
    while cursor := back[-1].previous_cursor:
        back.append(keyset_page(people, order=order, cursor=cursor, size=5))
    assert [page.items for page in reversed(back)] == [page.items for page in forth]


def test_the_ends_lead_nowhere(people: "QuerySet[User]") -> None:
    pages = walk(people, ("pk",), 5)
    assert pages[0].previous_cursor is None
    assert pages[-1].next_cursor is None


def test_a_page_is_one_query_without_offset_or_count(
    people: "QuerySet[User]", django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cursor = keyset_page(people, order=("title", "pk"), size=4).next_cursor
    with django_assert_num_queries(1) as captured:
        keyset_page(people, order=("title", "pk"), cursor=cursor, size=4)
    sql = captured.captured_queries[0]["sql"]
    assert "OFFSET" not in sql
    assert "COUNT" not in sql


def test_columns_that_run_the_same_way_are_one_row_comparison(people: "QuerySet[User]") -> None:
    """An index on both answers it at once."""
    cursor = keyset_page(people, order=("-date_joined", "-pk"), size=4).next_cursor
    with CaptureQueriesContext(connection) as captured:
        keyset_page(people, order=("-date_joined", "-pk"), cursor=cursor, size=4)
    table = '"permissions_user"'
    assert f'({table}."date_joined", {table}."id") < (' in captured.captured_queries[0]["sql"]


def test_rows_that_come_and_go_neither_repeat_nor_hide_others() -> None:
    teams = [TeamFactory.create(slug=letter, name=letter) for letter in "bdfh"]
    first = keyset_page(Team.objects.all(), order=("name", "pk"), size=2)
    TeamFactory.create(slug="a", name="a")
    teams[1].delete()
    second = keyset_page(Team.objects.all(), order=("name", "pk"), cursor=first.next_cursor, size=2)
    assert [team.name for team in second.items] == ["f", "h"]


def test_a_column_of_a_related_row_may_order() -> None:
    first, second = DatasetFactory.create(source__name="B"), DatasetFactory.create(source__name="A")
    pages = walk(Dataset.objects.all(), ("source__name", "pk"), 1)
    assert [page.items[0] for page in pages] == [second, first]


def test_a_count_may_order() -> None:
    busy, idle = UserFactory.create(first_name="B"), UserFactory.create(first_name="A")
    TeamFactory.create(members=[busy])
    people = User.objects.annotate(groups_count=Count("teams"))
    pages = walk(people, ("-groups_count", "pk"), 1)
    assert [page.items[0] for page in pages] == [busy, idle]


@pytest.mark.parametrize("cursor", ["x", "%00", "a:b:c", "é" * 9000])
def test_a_cursor_made_up_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        keyset_page(Team.objects.all(), order=("name", "pk"), cursor=cursor)


@pytest.mark.parametrize(
    "content", [1, [], ["next"], ["up", ["pk"], [1]], ["next", ["pk"], ["one"]], ["next", ["pk"], []]]
)
def test_a_cursor_of_another_shape_is_refused(content: object) -> None:
    with pytest.raises(BadCursor):
        keyset_page(Team.objects.all(), order=("pk",), cursor=signing.dumps(content, salt=SALT, compress=True))


def test_a_cursor_of_another_order_is_refused(people: "QuerySet[User]") -> None:
    cursor = keyset_page(people, order=("pk",), size=1).next_cursor
    with pytest.raises(BadCursor, match="first page"):
        keyset_page(people, order=("-pk",), cursor=cursor, size=1)


def test_a_null_in_the_order_is_told_to_the_programmer() -> None:
    UserFactory.create(), UserFactory.create()
    with pytest.raises(ValueError, match="last_login"):
        keyset_page(User.objects.all(), order=("last_login", "pk"), size=1)


def test_an_empty_list_is_one_empty_page() -> None:
    assert keyset_page(Team.objects.all()) == Page([], None, None)


@examples(15)
@given(
    names=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6), max_size=9),
    size=st.integers(1, 4),
)
def test_any_text_survives_the_cursor(names: list[str], size: int) -> None:
    User.objects.all().delete()
    User.objects.bulk_create(User(username=f"u{number}", title=name) for number, name in enumerate(names))
    shown = [person for page in walk(User.objects.all(), ("title", "pk"), size) for person in page.items]
    assert shown == list(User.objects.order_by("title", "pk"))
