"""An analyst's way from a question to data she trusts: the first half of the first journey."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from catalog.models import Dataset
from catalog.search.feed import catch_up
from permissions.models import User
from tests.factories import (
    DatasetFactory,
    DomainFactory,
    EdgeFactory,
    FieldProfileFactory,
    SampleFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def orders(ada: User, settings: Settings, tmp_path: Path) -> Dataset:
    """The certified dataset that answers, between a raw one it reads from and a deprecated one of a like name."""
    settings.CONCORD_SEARCH_DIR = tmp_path / "search"
    sales = DomainFactory.create(slug="sales", name="Sales", steward=UserFactory.create(username="grace"))
    warehouse = SourceFactory.create(slug="warehouse", name="Warehouse", domain=sales)
    raw = DatasetFactory.create(source=warehouse, name="raw_orders", columns=["id"])
    DatasetFactory.create(source=warehouse, name="old_late_orders", lifecycle="deprecated")
    orders = DatasetFactory.create(
        source=warehouse, name="late_orders", kind="view", columns=["order_id", "days_late"], row_estimate=1200,
        human_description="Orders delivered **after** the promised day.", certified_at=timezone.now(),
        certified_by=sales.steward,
    )  # fmt: skip
    EdgeFactory.create(upstream=raw, downstream=orders)
    FieldProfileFactory.create(sample=SampleFactory.create(dataset=orders), path="days_late", minimum="1", maximum="9")
    catch_up()
    return orders


def test_from_a_question_to_data_one_trusts(page: Page, orders: Dataset) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("how many orders were delivered late?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    first = page.locator(".hit").first
    expect(first.locator("h2")).to_contain_text("late_orders")
    expect(first.locator("h2")).to_contain_text("Certified")
    expect(first.locator(".hit__about")).to_contain_text("Orders delivered after the promised day.")
    first.get_by_role("link", name="late_orders").click()
    expect(page.get_by_text("by Grace Example")).to_be_visible()
    expect(page.get_by_role("heading", name="Reads from")).to_be_visible()
    expect(page.get_by_role("link", name="raw_orders")).to_be_visible()
    page.get_by_role("link", name="Sample").click()
    expect(page.get_by_role("columnheader", name="days_late")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Schema")).click()
    page.get_by_role("link", name="days_late").click()
    expect(page.get_by_role("heading", name="days_late")).to_be_visible()
    expect(page.get_by_text("What is in it?")).to_be_visible()
    page.goto("/")
    page.get_by_role("combobox", name="Find data").click()
    expect(page.get_by_role("option", name="how many orders were delivered late?")).to_be_visible()
