"""The frame of every page, by eye of axe, by keyboard, on a telephone and without scripts."""

import gzip

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from pytest_django.live_server_helper import LiveServer

from permissions.models import User
from tests.browser.accessibility import assert_accessible, assert_accessible_in_both_themes, assert_fits_a_telephone
from tests.browser.conftest import PASSWORD, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PAGES = ["/me/", "/ui/", "/people/ada/", "/accounts/password/change/"]
OPEN_PAGES = ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"]


def test_axe_finds_nothing_on_pages_of_the_frame_and_each_fits_a_telephone(page: Page) -> None:
    for path in PAGES:
        page.goto(path)
        assert_accessible_in_both_themes(page)
        assert_fits_a_telephone(page)


def test_axe_finds_nothing_on_pages_before_sign_in(visitor: Page) -> None:
    for path in OPEN_PAGES:
        visitor.goto(path)
        assert_accessible_in_both_themes(visitor)
        assert_fits_a_telephone(visitor)


def test_the_menu_button_opens_the_navigation_on_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/me/")
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="Navigation").click()
    expect(page.get_by_role("dialog", name="Navigation")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(page.locator("#sidebar")).to_be_hidden()


def test_the_first_tab_stop_skips_to_the_content(page: Page) -> None:
    page.goto("/me/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_slash_goes_to_the_search_field_from_anywhere_but_a_field(page: Page) -> None:
    page.goto("/me/")
    page.get_by_label("Job title").fill("")
    page.get_by_label("Job title").press("/")
    expect(page.get_by_label("Job title")).to_have_value("/")
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search")).to_be_focused()


def test_the_palette_is_walked_by_keyboard(page: Page) -> None:
    page.goto("/me/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Go to")
    expect(field).to_be_focused()
    field.press_sequentially("your page")
    option = page.get_by_role("option", name="Your page", exact=True)
    expect(option).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", str(option.get_attribute("id")))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Search everything")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/ada/")


def test_escape_closes_the_palette_and_gives_focus_back(page: Page) -> None:
    page.goto("/me/")
    opener = page.get_by_role("button", name="Go to anything")
    opener.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_theme_chosen_is_applied_at_once_and_kept(page: Page, ada: User) -> None:
    page.goto("/me/")
    page.get_by_role("button", name="Your account").click()
    with page.expect_response("**/me/theme/"):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    ada.refresh_from_db()
    assert ada.theme == "dark"


def test_saving_settings_says_so_in_a_toast(page: Page) -> None:
    page.goto("/me/")
    page.get_by_label("Job title").fill("Steward")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status", name="Messages")).to_contain_text("Settings saved.")
    page.get_by_role("button", name="Close this message").click()
    expect(page.get_by_text("Settings saved.")).to_be_hidden()


def test_what_was_typed_survives_a_session_that_ended(page: Page) -> None:
    page.goto("/me/")
    page.get_by_label("Job title").fill("Chief of charts")
    page.context.clear_cookies(name="concord_session")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Username or email").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/me/")
    expect(page.get_by_label("Job title")).to_have_value("Chief of charts")
    expect(page.get_by_role("status", name="Messages")).to_contain_text("What you typed is back")


def test_everything_can_be_reached_without_scripts(browser: Browser, live_server: LiveServer, ada: User) -> None:
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    sign_in(page, live_server.url, ada)
    page.goto("/ui/")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    page.get_by_role("button", name="Your account").click()
    page.wait_for_url("**/me/")
    page.locator("#id_theme").select_option("dark")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    context.close()


def test_a_first_visit_costs_at_most_12_requests_and_200_kilobytes(visitor: Page) -> None:
    answers: list[Response] = []
    visitor.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  # Playwright marks its handlers
    visitor.goto("/accounts/login/", wait_until="networkidle")
    assert len(answers) <= 12
    hosts = {answer.url.split("/")[2] for answer in answers}
    assert len(hosts) == 1, hosts
    assert sum(compressed(answer) for answer in answers) <= 200_000


def compressed(answer: Response) -> int:
    """What the answer weighs as a server that compresses sends it."""
    return len(gzip.compress(answer.body()))
