"""Somebody is stopped with the reason, asks, is let in for a week by the rule's owner, and is stopped again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.models import Dataset
from permissions.models import RuleException, User
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import PASSWORD, sign_in
from tests.factories import ContainerFactory, DatasetFactory, RuleFactory, SourceFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
REASON = "Invoices stay with sales until the quarter is closed."


@pytest.fixture
def owner(transactional_db: None) -> User:
    return UserFactory.create(username="olga", first_name="Olga", last_name="Owens", password=make_password(PASSWORD))


@pytest.fixture
def invoices(owner: User) -> Dataset:
    source = SourceFactory.create(slug="crm", name="CRM")
    RuleFactory.create(label="source:crm", level="read", everyone=True, owner=owner, reason=REASON)
    container = ContainerFactory.create(source=source)
    return DatasetFactory.create(source=source, container=container, name="invoices", columns=["id", "amount"])


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, ada: User) -> Iterator[Page]:
    """Ada's page; browsers log a refusal as an error, and here she is refused."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    sign_in(page, live_server.url, ada)
    yield page
    page.wait_for_load_state("networkidle")
    context.close()


def test_stopped_asks_is_let_in_for_a_week_and_is_stopped_again(
    page: Page, browser: Browser, live_server: LiveServer, invoices: Dataset, owner: User
) -> None:
    page.goto(invoices.get_absolute_url())
    expect(page.get_by_text(REASON)).to_be_visible()
    page.get_by_role("link", name="Request access").click()
    assert_accessible(page)
    page.get_by_label("What you need it for").fill("To reconcile last quarter with the bank.")
    page.get_by_label("One week").check()
    page.get_by_role("button", name="Request access").click()
    expect(page.get_by_text("Ada Lovelace asks to read it")).to_be_visible()
    assert_accessible(page)

    approve_as(owner, browser, live_server)

    page.goto("/inbox/")
    page.get_by_role("link", name="Olga Owens approved your request").click()
    expect(page.get_by_text("It is open until")).to_be_visible()
    page.get_by_role("link", name="Go to the dataset").click()
    page.get_by_role("link", name="Access", exact=True).click()
    expect(page.get_by_text("is waived for you")).to_have_count(2)
    assert_accessible(page)

    RuleException.objects.update(until=timezone.now() - timedelta(seconds=1))
    page.goto(invoices.get_absolute_url())
    expect(page.get_by_text(REASON)).to_be_visible()
    page.goto(f"/permissions/explain/?thing=dataset:{invoices.pk}")
    expect(page.get_by_text("An exception held until").first).to_be_visible()


def approve_as(owner: User, browser: Browser, live_server: LiveServer) -> None:
    """The owner finds the request on the home page and approves it as asked."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    desk = context.new_page()
    sign_in(desk, live_server.url, owner)
    desk.goto("/")
    desk.get_by_role("link", name="Ada Lovelace asks for crm.public.invoices").click()
    assert_accessible(desk)
    desk.get_by_role("button", name="Approve").click()
    expect(desk.get_by_text("Approved by Olga Owens")).to_be_visible()
    desk.wait_for_load_state("networkidle")
    context.close()
