"""A newcomer with no data of their own: one command, a believable company, and the tour of it by keyboard.

One test and one company: building it takes most of the time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.core.management import call_command
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from catalog.search.feed import catch_up
from demo.northbeam.build import remove_sources
from demo.places import places
from demo.presence import KEY
from tests.browser.accessibility import assert_accessible_in_both_themes

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def northbeam(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[None]:
    """`manage.py demo`, in databases and a folder of this test's own."""
    settings.CONCORD_DEMO = True
    settings.CONCORD_SEARCH_DIR = tmp_path / "search"
    settings.CONCORD_FILE_ROOTS = (str(tmp_path / "files"),)
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": settings.CONCORD_FILE_ROOTS}
    prefix = f"nbtest_{os.getpid()}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_tour"
    try:
        call_command("demo", prefix=prefix)
        catch_up()
        cache.delete(KEY)
        yield
    finally:
        cache.delete(KEY)
        remove_sources(places(prefix))


@pytest.fixture
def open_browser(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """A new browser of a visitor; `scripts=False` for one without JavaScript."""
    contexts = []

    def new(*, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": 1280, "height": 800}, reduced_motion="reduce",
            java_script_enabled=scripts,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield new
    for context in contexts:
        context.close()


@pytest.mark.timeout(300)
def test_a_newcomer_is_shown_round_in_seven_stops(northbeam: None, open_browser: Callable[..., Page]) -> None:
    page = open_browser()
    enter_as_the_analyst(page)
    start_the_tour_from_the_hint(page)
    ask_a_question(page)
    judge_what_was_found(page)
    look_at_values_as_two_people(page)
    meet_a_closed_door(page)
    ask_where_it_comes_from(page)
    see_what_changed(page)
    see_how_it_got_here(page)
    be_done(page)
    take_a_stop_without_scripts(open_browser(scripts=False))


def enter_as_the_analyst(page: Page) -> None:
    page.goto("/")
    look_round(page)
    press(page.get_by_role("button", name="Sign in as Amara Okafor"))
    expect(page.get_by_role("button", name="Your account: Amara Okafor")).to_be_visible()


def start_the_tour_from_the_hint(page: Page) -> None:
    expect(page.get_by_text("Northbeam is invented.")).to_be_visible()
    look_round(page)
    press(page.get_by_role("link", name="Take the ten-minute tour"))
    expect(page.get_by_role("heading", name="Concord in 10 minutes")).to_be_visible()
    look_round(page)
    page.get_by_role("link", name="Skip to the content").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Search “active customer”")).to_be_focused()


def ask_a_question(page: Page) -> None:
    page.keyboard.press("Enter")
    hits = page.locator(".hit")
    expect(hits.nth(0)).to_contain_text("Active customers (Finance)")
    expect(hits.nth(0)).to_contain_text("Certified")
    expect(hits.nth(0).locator("mark").first).to_be_visible()
    expect(hits.nth(1)).to_contain_text("Active customers (Product)")
    look_round(page)
    back_to_the_tour(page, seen=1)


def judge_what_was_found(page: Page) -> None:
    press(page.get_by_role("link", name="Open Customer 360"))
    for text in ("Checked against billing and the app", "One account, closed ones included.", "Elin Strand"):
        expect(page.get_by_text(text).first).to_be_in_viewport()
    look_round(page)
    back_to_the_tour(page, seen=2)


def look_at_values_as_two_people(page: Page) -> None:
    expect(stop(page, "values")).to_contain_text("columns masked for you")
    press(page.get_by_role("link", name="See rows of Leads"))
    sample = page.get_by_role("region", name="Sample rows")
    expect(sample).not_to_contain_text("@example")
    press(sample.locator("summary").first)
    expect(sample).to_contain_text("Values that identify people are for those who need them in their work.")
    look_round(page)
    back_to_the_tour(page, seen=3)
    press(stop(page, "values").get_by_role("button", name="As Elin"))
    expect(page.get_by_role("button", name="Your account: Elin Strand")).to_be_visible()
    expect(sample).to_contain_text("@example")
    back_to_the_tour(page, seen=3)
    expect(stop(page, "values")).to_contain_text("Nothing masked for you")


def meet_a_closed_door(page: Page) -> None:
    press(stop(page, "door").get_by_role("button", name="As Amara"))
    expect(page.get_by_role("heading", name="is kept from you, for a reason")).to_be_visible()
    for text in ("Pay of colleagues is between them and People Operations.", "Lena Fischer", "To be reviewed"):
        expect(page.get_by_text(text).first).to_be_visible()
    look_round(page)
    page.goto("/tour/")
    expect(stop(page, "door")).to_contain_text("Closed to you")
    press(stop(page, "door").get_by_role("button", name="As Lena"))
    expect(page.get_by_role("button", name="Your account: Lena Fischer")).to_be_visible()
    expect(page.get_by_role("heading", name="salary")).to_be_visible()
    back_to_the_tour(page, seen=4)


def ask_where_it_comes_from(page: Page) -> None:
    press(page.get_by_role("link", name="Lineage of Customer 360"))
    picture = page.get_by_role("region", name="Picture of the lineage")
    for name in ("finance_active_customer", "customer_churn_risk"):
        expect(picture.get_by_role("link", name=name).first).to_be_visible()
    look_round(page)
    back_to_the_tour(page, seen=5)
    press(page.get_by_role("link", name="Its SQL"))
    expect(page.get_by_role("heading", name="Definition")).to_be_in_viewport()
    back_to_the_tour(page, seen=5)


def see_what_changed(page: Page) -> None:
    press(page.get_by_role("link", name="History of Accounts (platform)"))
    expect(page.locator("#v2")).to_contain_text("fax_number was removed.")
    expect(page.locator("#v2")).to_contain_text("Breaking")
    look_round(page)
    press(page.get_by_role("link", name="Version 1", exact=True))
    expect(page.get_by_role("main")).to_contain_text("fax_number")
    back_to_the_tour(page, seen=6)


def see_how_it_got_here(page: Page) -> None:
    press(stop(page, "sources").get_by_role("button", name="As Yuki"))
    expect(page.get_by_role("heading", name="Harvest of Platform")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("fax_number was removed.")
    look_round(page)
    press(page.get_by_role("link", name="Platform", exact=True).first)
    expect(page.get_by_role("button", name="Harvest now")).to_be_visible()
    look_round(page)


def be_done(page: Page) -> None:
    page.get_by_role("link", name="Tour", exact=True).click()
    expect(page.get_by_role("heading", name="You have been round")).to_be_visible()
    look_round(page)
    page.goto("/", wait_until="networkidle")
    expect(page.get_by_text("Northbeam is invented.")).to_have_count(0)


def take_a_stop_without_scripts(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/tour/")
    page.get_by_role("button", name="Sign in as Amara Okafor").click()
    expect(page.get_by_text("0 of 7 stops seen")).to_be_visible()
    stop(page, "values").get_by_role("button", name="As Elin").click()
    expect(page.get_by_role("region", name="Sample rows")).to_contain_text("@example")
    page.goto("/tour/")
    expect(page.get_by_text("1 of 7 stops seen")).to_be_visible()


def stop(page: Page, slug: str) -> Locator:
    return page.locator(f"#{slug}")


def press(target: Locator) -> None:
    """As a person without a mouse does it."""
    target.focus()
    target.press("Enter")


def back_to_the_tour(page: Page, *, seen: int) -> None:
    press(page.get_by_role("link", name="Tour", exact=True))
    expect(page.get_by_text(f"{seen} of 7 stops seen")).to_be_visible()


def look_round(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    assert_accessible_in_both_themes(page)
