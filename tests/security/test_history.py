"""What was said of closed fields: neither told, nor to be told from how much a page holds."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.models import Dataset, Field
from permissions.models import OptOutRule, User
from tests.api.conftest import read
from tests.cast import signed_in
from tests.curation.writing import wrote, wrote_many
from tests.factories import FieldFactory, RuleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(customers: Dataset, charlie: User, alice: User) -> Field:
    """A field that Charlie may not know of, with one in it."""
    FieldFactory.create(dataset=customers, name="pay", classified=["pay"], position=8)
    RuleFactory.create(label="class:pay", level="discover", owner=alice, people=[charlie])
    inner: Field = FieldFactory.create(dataset=customers, parent_path="pay", name="month", position=9)
    return inner


@pytest.fixture
def as_charlie(charlie: User) -> Client:
    return signed_in(charlie)


def test_a_page_of_changes_is_as_full_as_if_closed_ones_were_not_there(
    customers: Dataset, closed: Field, alice: User, as_charlie: Client
) -> None:
    wrote(actor=alice, thing=customers, changes={"title": "Buyers"})
    for words in ("one", "two", "three"):
        wrote(actor=alice, thing=closed, changes={"description": words})
    page = read(as_charlie, f"datasets/{customers.pk}/changes", limit=1)
    assert ([one["fact"] for one in page["items"]], page["next"]) == (["title"], None)


def test_an_edit_of_closed_fields_alone_is_as_absent_as_one_that_never_was(
    customers: Dataset, closed: Field, alice: User, as_charlie: Client
) -> None:
    edit = wrote(actor=alice, thing=closed, changes={"description": "Gross"}, why="the pay rise")
    hidden, never = (as_charlie.get(f"/api/v1/edits/{pk}") for pk in (edit.pk, 10**9))
    assert (hidden.status_code, never.status_code) == (404, 404)
    assert as_charlie.get(f"/changes/{edit.pk}/").status_code == 404


def test_the_feed_passes_over_edits_of_what_is_hidden(
    customers: Dataset, alice: User, as_charlie: Client, hidden_from_charlie: OptOutRule
) -> None:
    for number in range(30):
        wrote(actor=alice, thing=customers, changes={"title": f"Buyers {number}"})
    page = as_charlie.get("/changes/?by=alice").content.decode()
    assert "cursor=" not in page


def test_an_edit_is_told_by_the_first_of_its_changes_that_are_open(
    customers: Dataset, closed: Field, alice: User, as_charlie: Client
) -> None:
    within = {"dataset": customers, "parent_path": "pay"}
    secret = [FieldFactory.create(**within, name=f"p{number}", position=20 + number) for number in range(8)]
    email = customers.fields.get(path="email")
    rows = [*((one.pk, {"description": "closed"}) for one in secret), (email.pk, {"description": "Where to write"})]
    wrote_many(actor=alice, kind="field", rows=rows)
    page = as_charlie.get("/changes/").content.decode()
    assert "Where to write" in page
    assert "closed" not in page.partition("<main")[2].partition("</main")[0]
