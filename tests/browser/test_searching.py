"""Searching in a real browser: suggestions by keyboard, filters on a telephone, back and forward, saved searches."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from catalog.models import Dataset, RecentSearch, SavedSearch
from catalog.search.feed import catch_up
from permissions.models import User
from tests.browser.accessibility import assert_accessible, assert_accessible_in_both_themes
from tests.factories import ContainerFactory, DatasetFactory, FieldFactory, SourceFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def customers(ada: User, settings: Settings, tmp_path: Path) -> Dataset:
    """Some datasets whose names begin alike, one of them with nested fields."""
    settings.CONCORD_SEARCH_DIR = tmp_path / "search"
    source = SourceFactory.create(slug="crm", name="CRM")
    schema = ContainerFactory.create(source=source)
    customers = DatasetFactory.create(source=source, container=schema, name="customers", columns=["id", "mail"])
    for n in range(30):
        DatasetFactory.create(source=source, container=schema, name=f"customs_{n:02}", kind="view")
    FieldFactory.create(dataset=customers, name="home", type="struct", position=5)
    FieldFactory.create(dataset=customers, name="place", type="struct", parent_path="home", position=6)
    FieldFactory.create(dataset=customers, name="city", parent_path="home.place", position=7)
    catch_up()
    return customers


def test_suggestions_are_walked_by_keyboard(page: Page, customers: Dataset) -> None:
    page.goto("/")
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Find data")
    expect(field).to_be_focused()
    field.press_sequentially("customers")
    option = page.get_by_role("option", name=re.compile("^customers"))
    expect(option.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(option.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", str(option.first.get_attribute("id")))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/datasets/{customers.pk}/")


def test_enter_without_a_choice_searches(page: Page, customers: Dataset) -> None:
    page.goto(f"/datasets/{customers.pk}/")
    page.keyboard.press("/")
    page.keyboard.type("customs")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=customs")


def test_escape_closes_the_suggestions_and_keeps_what_was_typed(page: Page, customers: Dataset) -> None:
    page.goto("/")
    field = page.get_by_role("combobox", name="Find data")
    field.press_sequentially("customs")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option").first).to_be_hidden()
    expect(field).to_have_value("customs")
    expect(field).to_have_attribute("aria-expanded", "false")


def test_leaving_the_field_closes_the_suggestions(page: Page, customers: Dataset) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="Find data").press_sequentially("customs")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("option").first).to_be_hidden()


def test_axe_finds_nothing_on_open_suggestions(page: Page, customers: Dataset) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="Find data").press_sequentially("customers")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert_accessible_in_both_themes(page)


def test_searches_of_ones_own_are_suggested_before_anything_is_typed(page: Page, customers: Dataset, ada: User) -> None:
    RecentSearch.objects.create(person=ada, text="who buys")
    page.goto("/")
    page.get_by_role("combobox", name="Find data").click()
    expect(page.get_by_role("option", name="who buys")).to_be_visible()


def test_back_and_forward_keep_words_filters_and_page(page: Page, customers: Dataset) -> None:
    page.goto("/search/?q=customs")
    page.get_by_role("link", name="More results").click()
    expect(page).to_have_url(re.compile("after="))
    first = page.locator(".hit__name a").first.inner_text()
    page.locator(".hit__name a").first.click()
    page.wait_for_url("**/datasets/**")
    page.go_back()
    expect(page).to_have_url(re.compile("q=customs.*after="))
    expect(page.locator(".hit__name a").first).to_have_text(first)
    page.go_back()
    expect(page).to_have_url(re.compile(r"q=customs$"))
    expect(page.locator(".hit__name a")).to_have_count(20)


def test_how_many_were_found_is_said_aloud(page: Page, customers: Dataset) -> None:
    page.goto("/search/")
    page.get_by_label("What you look for").press_sequentially("customers")
    expect(page.locator("#announcements")).to_have_text(re.compile(r"^\d+ results?$"))


def test_nothing_but_the_results_moves_while_typing(page: Page, customers: Dataset) -> None:
    page.goto("/search/?q=cust")
    field = page.get_by_label("What you look for")
    before = field.bounding_box()
    field.press_sequentially("oms_01")
    expect(page.locator(".hit__name a").first).to_have_text("customs_01")
    assert field.bounding_box() == before
    expect(field).to_be_focused()
    expect(page.get_by_role("option").first).to_be_hidden()


def test_filters_open_above_the_results_on_a_telephone_and_stay_open(page: Page, customers: Dataset) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/search/?q=cust")
    view = page.get_by_role("checkbox", name=re.compile("View"))
    expect(view).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    expect(page.get_by_role("button", name="Filters")).to_have_attribute("aria-expanded", "true")
    view.check()
    expect(page).to_have_url(re.compile("kind=view"))
    expect(view).to_be_visible()
    expect(page.get_by_role("button", name="Filters 1")).to_have_attribute("aria-expanded", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_sorting_is_kept_in_the_address(page: Page, customers: Dataset) -> None:
    page.goto("/search/?q=cust")
    page.get_by_label("Sort by").select_option("name")
    expect(page).to_have_url(re.compile("sort=name"))
    expect(page.locator(".hit__name a").first).to_have_text("customers")


def test_a_search_is_saved_run_and_deleted_with_a_way_back(page: Page, customers: Dataset) -> None:
    page.goto("/search/?q=customs&kind=view")
    page.locator("summary", has_text="Save").click()
    page.get_by_label("Name").fill("Customs views")
    page.get_by_label("Tell me of new").select_option("daily")
    page.get_by_role("button", name="Save this search").click()
    expect(page.get_by_role("status", name="Messages")).to_contain_text("Customs views")
    page.goto("/searches/")
    page.get_by_role("link", name="Customs views", exact=True).click()
    expect(page).to_have_url(re.compile("q=customs&kind=view"))
    page.goto(SavedSearch.objects.get().get_absolute_url())
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Customs views", exact=True)).to_be_visible()


def test_nested_fields_fold_and_say_so(page: Page, customers: Dataset) -> None:
    page.goto(f"/datasets/{customers.pk}/schema/")
    place = page.get_by_role("button", name="Fields in place")
    city = page.locator("#fields tr", has_text="city")
    expect(city).to_be_visible()
    place.click()
    expect(place).to_have_attribute("aria-expanded", "false")
    expect(city).to_be_hidden()
    page.get_by_role("button", name="Fields in home").click()
    expect(place).to_be_hidden()
    page.get_by_role("button", name="Fields in home").click()
    expect(place).to_be_visible()
    expect(city).to_be_hidden()
    page.get_by_role("button", name="Fold nested fields").click()
    page.get_by_role("button", name="Fold nested fields").click()
    expect(city).to_be_visible()
    assert_accessible(page)


def test_a_branch_of_the_tree_opens_in_place(page: Page, customers: Dataset) -> None:
    page.goto("/browse/")
    branch = page.get_by_role("button", name="What is in CRM")
    branch.click()
    expect(branch).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("link", name="public")).to_be_visible()
    assert_accessible(page)
    branch.click()
    expect(page.get_by_role("link", name="public")).to_be_hidden()
