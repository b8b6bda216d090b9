"""Journey 3: two domains define one word differently; the council amends a proposal, votes, and it is in force."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from definitions.drafting import Bound, Text, start_definition
from definitions.models import Conflict, Definition
from definitions.proposing import propose
from permissions.models import Role, User
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import sign_in
from tests.definitions.factories import DefinitionFactory, SeatFactory
from tests.factories import DatasetFactory, DomainFactory, RoleFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def priya(ada: User) -> User:
    """Two words of one name, a proposal to settle it, and a council of two: Ada and Priya."""
    priya, author = UserFactory.create(username="priya", first_name="Priya"), UserFactory.create(username="amara")
    for represents, person in (("Customer", ada), ("Finance", priya)):
        SeatFactory.create(represents=represents, person=person)
        RoleFactory.create(person=person, role=Role.COUNCIL)
    dataset = DatasetFactory.create(name="customer_360", columns=["account_id", "is_active_finance", "status"])
    words = [
        DefinitionFactory.create(
            name="Active customer", slug=slug, kind="state", domain=DomainFactory.create(slug=slug),
            criterion=criterion, bindings=[dataset],
        )
        for slug, criterion in (("finance", "is_active_finance"), ("product", "status = 'open'"))
    ]  # fmt: skip
    Conflict.objects.create(kind="same_name", one=words[0], other=words[1])
    made = start_definition(
        actor=author, name="Active customer", kind="state", scope="enterprise", domain=None,
        text=Text("Paid an invoice in the last 30 days.", criterion="is_active_finance"),
        bindings=[Bound(dataset, key_fields=["account_id"])],
    )  # fmt: skip
    propose(actor=author, definition=made, reason="The board sees two numbers under one word.")
    return priya


def test_a_conflict_becomes_one_word_that_holds(page: Page, live_server: LiveServer, priya: User, ada: User) -> None:
    page.goto("/council/")
    agenda = page.get_by_role("region", name="Agenda")
    expect(agenda).to_contain_text("two that contradict or repeat each other")
    assert_accessible(page)
    agenda.get_by_role("link", name=re.compile("New definition: Active customer")).click()
    expect(page.get_by_text("Still missing: 0 of 2 seats voted")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("link", name="Amend").click()
    page.get_by_label("What it means").fill("Paid an invoice in the last 30 days, and has **not cancelled**.")
    page.locator("textarea[name=criterion]").fill("is_active_finance AND status <> 'cancelled'")
    page.get_by_label("What is different, and why").fill("Who has cancelled is none.")
    assert_accessible(page)
    page.get_by_role("button", name="Amend, and vote anew").click()
    expect(page.get_by_text("version 2, round 2 of the vote")).to_be_visible()
    expect(page.get_by_text("Earlier votes were on another text")).to_be_visible()

    _approve(page)
    expect(page.get_by_role("button", name="Close the vote now")).to_be_hidden()
    sign_in(page, live_server.url, priya)
    page.reload()
    _approve(page)
    page.get_by_role("button", name="Close the vote now").click()
    expect(page.get_by_text("2 approve, 0 object, 0 abstain.").first).to_be_visible()

    page.get_by_role("link", name="The definition").click()
    expect(page.get_by_role("heading", name="Active customer")).to_be_visible()
    expect(page.get_by_text("holds everywhere")).to_be_visible()
    expect(page.get_by_text("is_active_finance AND status <> 'cancelled'")).to_be_visible()
    assert_accessible(page)
    assert Definition.objects.get(scope="enterprise").status == "approved"

    page.goto("/search/?q=active+customer")
    expect(page.get_by_role("link", name=re.compile("not cancelled"))).to_be_visible()


def _approve(page: Page) -> None:
    page.get_by_role("radio", name="Approve").check()
    page.get_by_role("button", name="Vote", exact=True).click()
    expect(page.get_by_text("Your vote is counted")).to_be_visible()
