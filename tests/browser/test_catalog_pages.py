"""The catalog's pages in a real browser: by axe, on a telephone, while typing, and without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from catalog.models import Dataset
from catalog.schema_diff import FieldState, diff, to_json
from catalog.search.feed import catch_up
from permissions.models import User
from tests.browser.accessibility import assert_accessible_in_both_themes, assert_fits_a_telephone
from tests.browser.conftest import sign_in
from tests.factories import (
    ContainerFactory,
    DatasetFactory,
    DomainFactory,
    EdgeFactory,
    FieldFactory,
    FieldProfileFactory,
    ForeignKeyFactory,
    RuleFactory,
    SampleFactory,
    SchemaVersionFactory,
    SourceFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TABS = ["", "schema/", "sample/", "lineage/", "history/"]
PAGES = [
    "/", "/search/", "/search/?q=customers", "/search/?q=customers&view=table", "/search/?q=zzzz", "/browse/",
    "/browse/domains/", "/browse/sources/crm/", "/domains/sales/", "/searches/", "/inbox/", "/recent/", "/popular/",
]  # fmt: skip


@pytest.fixture
def customers(ada: User, settings: Settings, tmp_path: Path) -> Dataset:
    """A dataset with something of everything that its pages show, some of it closed to Ada."""
    settings.CONCORD_SEARCH_DIR = tmp_path / "search"
    source = SourceFactory.create(slug="crm", name="CRM", domain=DomainFactory.create(slug="sales", steward=ada))
    customers = DatasetFactory.create(
        source=source, container=ContainerFactory.create(source=source), name="customers", steward=ada, sql="select 1",
        human_description="Everyone who **signed**.", described_by=ada, certified_by=ada, certified_at=timezone.now(),
        row_estimate=1_000_000, tags=["gold"], columns=["id", "name"],
    )  # fmt: skip
    FieldFactory.create(dataset=customers, name="phone", classified=["pii"], position=3)
    FieldFactory.create(dataset=customers, name="deal", classified=["finance"], position=4)
    FieldFactory.create(dataset=customers, name="home", type="struct", position=5)
    FieldFactory.create(dataset=customers, name="city", parent_path="home", position=6)
    profile = SampleFactory.create(dataset=customers)
    FieldProfileFactory.create(sample=profile, path="name", frequent=[["Acme", 60], ["Globex", 20]], nulls=70)
    ForeignKeyFactory.create(ref_dataset=customers)
    EdgeFactory.create(upstream=DatasetFactory.create(name="signups"), downstream=customers)
    EdgeFactory.create(upstream=customers, downstream=DatasetFactory.create(name="customers_by_region", kind="view"))
    changes = to_json(diff([FieldState("fax", "text", "string")], []))
    for number in (1, 2):
        SchemaVersionFactory.create(dataset=customers, number=number, created_at=timezone.now(), changes=changes)
    RuleFactory.create(label="class:pii", level="sample", people=[ada])
    RuleFactory.create(label="class:finance", level="read", people=[ada])
    catch_up()
    return customers


def dataset_pages(dataset: Dataset) -> list[str]:
    fields = [field.get_absolute_url() for field in dataset.fields.exclude(name="deal")]
    return [*(f"/datasets/{dataset.pk}/{tab}" for tab in TABS), *fields]


def test_axe_finds_nothing_on_the_catalog_s_pages_and_each_fits_a_telephone(page: Page, customers: Dataset) -> None:
    for path in [*PAGES, *dataset_pages(customers)]:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert_accessible_in_both_themes(page)
        assert_fits_a_telephone(page)


def test_the_first_screen_holds_what_whose_and_how(page: Page, customers: Dataset) -> None:
    page.goto(f"/datasets/{customers.pk}/")
    for text in ("Everyone who signed.", "May I trust it?", "Whose is it?", "How do I get it?"):
        expect(page.get_by_text(text)).to_be_in_viewport()


def test_fields_are_filtered_as_one_types_and_the_address_keeps_up(page: Page, customers: Dataset) -> None:
    page.goto(f"/datasets/{customers.pk}/schema/")
    page.get_by_label("Filter the fields").press_sequentially("pho")
    expect(page.locator("#fields tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=pho$"))
    expect(page.get_by_label("Filter the fields")).to_be_focused()


def test_a_list_is_narrowed_as_one_types(page: Page, customers: Dataset) -> None:
    page.goto(f"/browse/sources/crm/{customers.container_id}/")
    page.get_by_label("Filter by name").press_sequentially("zz")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    expect(page.locator("#results")).to_have_count(1)
    page.get_by_label("Filter by name").fill("cust")
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator("#results")).to_have_count(1)


def test_results_follow_what_one_types_and_ticks(page: Page, customers: Dataset) -> None:
    page.goto("/search/")
    page.get_by_label("What you look for").press_sequentially("custom")
    expect(page.locator(".hit__name a").first).to_have_text("customers")
    page.get_by_label("Certified only").check()
    expect(page).to_have_url(re.compile(r"q=custom.*certified=1"))
    expect(page.get_by_label("Certified only")).to_be_checked()


def test_lineage_joins_the_overview_by_itself(page: Page, customers: Dataset) -> None:
    page.goto(f"/datasets/{customers.pk}/")
    expect(page.get_by_role("heading", name="Read by")).to_be_visible()


def test_everything_can_be_reached_without_scripts(
    browser: Browser, live_server: LiveServer, ada: User, customers: Dataset
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server.url, ada)
    page.goto("/")
    page.get_by_role("searchbox", name="Find data").fill("customers")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    page.get_by_role("link", name="customers", exact=True).first.click()
    page.get_by_role("link", name="What it reads from").click()
    expect(page.get_by_role("region", name="Picture of the lineage")).to_be_hidden()
    for told, name in (("Where it comes from", "signups"), ("What depends on it", "customers_by_region")):
        expect(page.get_by_role("region", name=told).get_by_role("link", name=name)).to_be_visible()
    page.get_by_role("link", name="Schema").click()
    page.get_by_label("Filter the fields").fill("pho")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("#fields tr")).to_have_count(1)
    context.close()
