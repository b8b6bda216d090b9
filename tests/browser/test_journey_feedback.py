"""A wrong value goes from whoever saw it to the steward, upstream to where it is made, and back to be confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.models import Dataset, Source
from feedback.models import Ticket
from feedback.services import report
from permissions.models import User
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import sign_in
from tests.factories import ContainerFactory, DatasetFactory, EdgeFactory, SourceFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def orders(ada: User) -> Dataset:
    """Ada's, beside nine others of hers, filled from the shop's, which is Grace's."""
    source = SourceFactory.create(slug="warehouse", name="Warehouse", owner=ada)
    container = ContainerFactory.create(source=source, name="mart")
    for number in range(9):
        DatasetFactory.create(source=source, container=container, name=f"part_{number}", owner=ada)
    orders = DatasetFactory.create(source=source, container=container, name="orders", owner=ada, columns=["country"])
    shop = Source.objects.create(slug="shop", name="Shop", kind="push", owner=UserFactory.create(username="grace"))
    EdgeFactory.create(
        upstream=DatasetFactory.create(source=shop, name="checkout", owner=shop.owner), downstream=orders
    )
    return orders


@contextmanager
def sitting(browser: Browser, live_server: LiveServer, person: User) -> Iterator[Page]:
    """Another person at a browser of their own."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(10_000)
    sign_in(page, live_server.url, person)
    yield page
    page.wait_for_load_state("networkidle")
    context.close()


def test_an_analyst_reports_hears_that_it_is_fixed_and_confirms(
    page: Page, browser: Browser, live_server: LiveServer
) -> None:
    grace = UserFactory.create(username="grace", first_name="Grace", last_name="Hopper")
    orders = DatasetFactory.create(name="orders", owner=grace, columns=["country"])
    page.goto(orders.get_absolute_url())
    page.get_by_role("link", name="Report a problem").click()
    assert_accessible(page)
    page.get_by_label("In one line").fill("Half of the countries are empty")
    page.get_by_role("button", name="Report", exact=True).click()
    expect(page.get_by_text("Grace Hopper is asked")).to_be_visible()
    ticket = Ticket.objects.get()

    with sitting(browser, live_server, grace) as hers:
        hers.goto(ticket.get_absolute_url())
        hers.get_by_role("button", name="Start").click()
        hers.get_by_label("Why, or what was done").fill("The form asks for it again.")
        hers.get_by_role("button", name="Fixed at source").click()
        expect(hers.get_by_text("is fixed at source.")).to_be_visible()

    page.goto("/inbox/")
    page.get_by_role("link", name="is fixed at source").click()
    expect(page.get_by_text("It is said to be fixed.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("is confirmed.")).to_be_visible()
    page.goto(orders.get_absolute_url())
    expect(page.get_by_text("Open problem")).to_have_count(0)


def test_a_steward_takes_a_problem_upstream_and_answers_while_it_is_fixed_there(
    page: Page, browser: Browser, live_server: LiveServer, orders: Dataset
) -> None:
    rita = UserFactory.create(username="rita", first_name="Rita", last_name="Reed")
    ticket = report(actor=rita, dataset=orders, kind="wrong", severity="major", title="Countries are empty")
    page.goto("/")
    page.get_by_role("link", name="Countries are empty").click()
    page.get_by_role("link", name="Trace upstream").click()
    assert_accessible(page)
    page.get_by_label("What the steward there should know").fill("Since the new form.")
    page.get_by_role("button", name="Ask its steward").click()
    expect(page.get_by_text("of checkout.")).to_be_visible()
    page.get_by_label("Say something").fill("@rita: it comes from the shop, they look at it.")
    page.get_by_role("button", name="Comment").click()
    expect(page.get_by_text("it comes from the shop")).to_be_visible()
    cause = Ticket.objects.exclude(pk=ticket.pk).get()

    with sitting(browser, live_server, cause.assignee) as hers:  # type: ignore[arg-type]
        hers.goto("/")
        hers.get_by_role("link", name="Countries are empty").click()
        expect(hers.get_by_text("Since the new form.")).to_be_visible()
        hers.get_by_role("button", name="Start").click()
        hers.get_by_role("button", name="Fixed at source").click()
        expect(hers.get_by_text("is fixed at source.")).to_be_visible()

    with sitting(browser, live_server, rita) as theirs:
        theirs.goto(orders.get_absolute_url())
        expect(theirs.get_by_role("link", name="Open problem")).to_be_visible()
        theirs.goto(ticket.get_absolute_url())
        theirs.get_by_role("button", name="Confirm").click()
        expect(theirs.get_by_text("is confirmed.")).to_be_visible()
        theirs.goto(orders.get_absolute_url())
        expect(theirs.get_by_text("nown problem upstream")).to_have_count(0)

    page.goto("/tables/datasets/?column=description&source=warehouse")
    for cell in page.locator("textarea").all()[:10]:
        cell.fill("Said in a table.")
    page.get_by_role("button", name="Save this page").click()
    expect(page.get_by_text("10 rows saved.")).to_be_visible()
    page.goto(f"{orders.get_absolute_url()}certify/")
    page.locator("#certify-note").fill("Agrees with the shop, country by country.")
    page.get_by_role("button", name="Certify").click()
    expect(page.get_by_text("Certified").first).to_be_visible()
    page.goto(cause.get_absolute_url())
    expect(page.get_by_text("Confirmed", exact=True).first).to_be_visible()
