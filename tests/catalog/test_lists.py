"""The whole lists of what one opened and of what many open."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.models import Dataset
from catalog.services import record_visit, refresh_popularity
from permissions.models import OptOutRule, User
from tests.cast import signed_in
from tests.factories import DatasetFactory

pytestmark = pytest.mark.django_db


def test_recent_is_ones_own_and_popular_is_everybodys(customers: Dataset, alice: User, bob: User) -> None:
    other = DatasetFactory.create()
    for person, dataset in ((alice, customers), (bob, customers), (bob, other)):
        record_visit(actor=person, dataset=dataset)
    refresh_popularity()
    assert signed_in(alice).get("/recent/").context["listing"].items == [customers]
    assert signed_in(alice).get("/popular/").context["listing"].items == [customers, other]


def test_what_was_hidden_since_is_in_neither(
    customers: Dataset, charlie: User, hidden_from_charlie: OptOutRule
) -> None:
    record_visit(actor=charlie, dataset=customers)
    refresh_popularity()
    for address in ("/recent/", "/popular/"):
        assert signed_in(charlie).get(address).context["listing"].items == []


def test_the_palette_leads_to_them(as_bob: Client) -> None:
    shown = as_bob.get("/palette/?q=popular").content.decode()
    assert 'href="/popular/"' in shown
