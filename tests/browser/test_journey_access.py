"""Compliance, from the first to the last day of a rule, without a mouse.

She writes an opt-out rule on a classification and sees whom it stops before she saves; Ada is stopped with the reason,
asks, is let in for a week, and is stopped again when that is over; the record shows all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.models import Dataset
from permissions.access_requests.follow_up import follow_up
from permissions.models import OptOutRule, Role, RuleException, User
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import PASSWORD, sign_in
from tests.factories import (
    ClassificationFactory,
    ContainerFactory,
    DatasetFactory,
    RoleFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
REASON = "Invoices stay with sales until the quarter is closed."
MOST_STEPS = 150  # presses of Tab in which anything on a page is reached


@pytest.fixture
def olga(transactional_db: None) -> User:
    """She sits in the data council, for compliance."""
    olga = UserFactory.create(username="olga", first_name="Olga", last_name="Owens", password=make_password(PASSWORD))
    RoleFactory.create(person=olga, role=Role.COUNCIL)
    return olga


@pytest.fixture
def invoices(transactional_db: None) -> Dataset:
    source = SourceFactory.create(slug="crm", name="CRM")
    ClassificationFactory.create(slug="finance", name="Finance")
    return DatasetFactory.create(
        source=source, container=ContainerFactory.create(source=source), name="invoices", columns=["id", "amount"],
        classified=["finance"], human_description="What customers owe.",
    )  # fmt: skip


def desk(browser: Browser, live_server: LiveServer, person: User) -> Iterator[Page]:
    """Somebody's page; browsers log a refusal as an error, and here people are refused."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 800}, locale="en-US", reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    sign_in(page, live_server.url, person)
    yield page
    page.wait_for_load_state("networkidle")
    context.close()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, ada: User) -> Iterator[Page]:
    """Ada's."""
    yield from desk(browser, live_server, ada)


@pytest.fixture
def hers(browser: Browser, live_server: LiveServer, olga: User) -> Iterator[Page]:
    """Olga's."""
    yield from desk(browser, live_server, olga)


def reach(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    target.wait_for()
    for _ in range(MOST_STEPS):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")


def enter(page: Page, target: Locator) -> None:
    reach(page, target)
    page.keyboard.press("Enter")


def write(page: Page, label: str, text: str) -> None:
    reach(page, page.locator("input, textarea").and_(page.get_by_label(label, exact=True)))
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_a_rule_stops_lets_in_for_a_week_and_stops_again_by_keyboard(
    page: Page, hers: Page, invoices: Dataset, olga: User, ada: User
) -> None:
    write_the_rule(hers)
    be_stopped_and_ask(page, invoices)
    let_in_for_a_week(hers)
    find_it_open(page)
    RuleException.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert follow_up().ended == 1
    be_stopped_again(page, invoices)
    read_all_of_it_in_the_record(hers)


def write_the_rule(page: Page) -> None:
    """From the first page, with a look at whom it stops before it is saved."""
    page.goto("/")
    enter(page, page.get_by_role("navigation", name="Main").get_by_role("link", name="Rules", exact=True))
    enter(page, page.get_by_role("link", name="Write a rule").first)
    write(page, "What it closes", "class:finance")
    reach(page, page.get_by_role("radio", name=re.compile("^Its values")))
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("radio", name=re.compile("^What it holds"))).to_be_checked()
    reach(page, page.get_by_role("checkbox", name="Everyone"))
    page.keyboard.press("Space")
    write(page, "But not these people: person", "olga")
    write(page, "Why", REASON)
    expect(page.get_by_text("Closes 1 dataset to 1 person.")).to_be_visible()
    assert_accessible(page)
    assert not OptOutRule.objects.exists()
    enter(page, page.get_by_role("button", name="Write it"))
    expect(page.get_by_role("heading", name="class:finance")).to_be_visible()
    assert_accessible(page)


def be_stopped_and_ask(page: Page, invoices: Dataset) -> None:
    page.goto(invoices.get_absolute_url())
    expect(page.get_by_text(REASON)).to_be_visible()
    expect(page.get_by_text("What customers owe.")).to_have_count(0)
    assert_accessible(page)
    enter(page, page.get_by_role("link", name="Request access").first)
    write(page, "What you need it for", "To reconcile last quarter with the bank.")
    reach(page, page.get_by_label("One week"))
    assert_accessible(page)
    enter(page, page.get_by_role("button", name="Request access"))
    expect(page.get_by_text("Ada Lovelace asks to read it")).to_be_visible()
    assert_accessible(page)


def let_in_for_a_week(page: Page) -> None:
    """It stands on the first page of who answers for the rule, who sets its last day."""
    last = timezone.now().date() + timedelta(days=6)
    page.goto("/")
    enter(page, page.get_by_role("link", name="Ada Lovelace asks for crm.public.invoices"))
    expect(page.get_by_label("Until the end of")).to_be_visible()
    assert_accessible(page)
    reach(page, page.get_by_label("Until the end of"))
    page.keyboard.type(f"{last:%m%d%Y}")
    enter(page, page.get_by_role("button", name="Approve"))
    expect(page.get_by_text("Approved by Olga Owens")).to_be_visible()
    assert RuleException.objects.get().until.date() == last


def find_it_open(page: Page) -> None:
    page.goto("/inbox/")
    enter(page, page.get_by_role("link", name="Olga Owens approved your request").first)
    expect(page.get_by_text("It is open until")).to_be_visible()
    enter(page, page.get_by_role("link", name="Go to the dataset"))
    expect(page.get_by_text("What customers owe.")).to_be_visible()
    enter(page, page.get_by_role("link", name="Access", exact=True))
    expect(page.get_by_text("is waived for you")).to_have_count(2)
    assert_accessible(page)


def be_stopped_again(page: Page, invoices: Dataset) -> None:
    page.goto("/inbox/")
    enter(page, page.get_by_role("link", name="An exception for you has ended").first)
    expect(page.get_by_text("Ended").first).to_be_visible()
    page.goto(invoices.get_absolute_url())
    expect(page.get_by_text(REASON)).to_be_visible()
    page.goto(f"/permissions/explain/?thing=dataset:{invoices.pk}")
    expect(page.get_by_text("An exception held until").first).to_be_visible()
    assert_accessible(page)


def read_all_of_it_in_the_record(page: Page) -> None:
    page.goto("/")
    enter(page, page.get_by_role("navigation", name="Main").get_by_role("link", name="Audit"))
    record = page.locator("#results")
    for step in (
        "Rule written", "Access asked for", "Request approved", "Exception granted", "Exception ended", "Read denied",
    ):  # fmt: skip
        expect(record.get_by_role("link", name=step).first).to_be_visible()
    assert_accessible(page)
