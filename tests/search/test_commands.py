"""``manage.py search`` and ``manage.py reindex``."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Dataset
from catalog.search.feed import Session
from catalog.search.store import Store
from permissions.models import OptOutRule, User
from tests.searching import Find

pytestmark = pytest.mark.django_db(transaction=True)


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_search_prints_what_the_person_would_see(
    customers: Dataset, charlie: User, hidden_from_charlie: OptOutRule, find: Find
) -> None:
    assert "crm.public.customers" in run("search", "customers", "--as", "ALICE")
    assert "0 of 0 datasets, as charlie" in run("search", "customers", "--as", "charlie")


def test_search_needs_a_person(find: Find) -> None:
    with pytest.raises(CommandError, match="Name a person"):
        run("search", "orders")
    with pytest.raises(CommandError, match="no active person"):
        run("search", "orders", "--as", "nobody")


def test_reindex_builds_the_index_anew(customers: Dataset, find: Find, store: Store) -> None:
    run("reindex")
    before = store.current()
    assert "1 datasets in" in run("reindex")
    assert store.current() != before


def test_reindex_asks_the_process_that_writes(customers: Dataset, find: Find, store: Store) -> None:
    with Session.begin(store) as session:
        session.follow()
        before = store.current()
        assert "has been asked" in run("reindex")
        session.follow()
        assert store.current() != before
