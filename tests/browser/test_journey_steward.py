"""A steward edits what a dataset says, undoes it from the toast, and decides on what a reader suggests."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.models import Dataset
from permissions.models import User
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import PASSWORD, sign_in
from tests.factories import ContainerFactory, DatasetFactory, SourceFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def customers(ada: User) -> Dataset:
    source = SourceFactory.create(slug="crm", name="CRM", owner=ada)
    container = ContainerFactory.create(source=source)
    return DatasetFactory.create(source=source, container=container, name="customers", owner=ada, columns=["id"])


def test_a_steward_edits_undoes_and_edits_again(page: Page, customers: Dataset) -> None:
    page.goto(customers.get_absolute_url())
    page.get_by_role("link", name="Edit").click()
    assert_accessible(page)
    page.get_by_label("Meaning").fill("Everybody who *ever* bought.")
    page.locator("#row-description summary").click()
    expect(page.locator("#preview-description em")).to_have_text("ever")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".overview__lead em")).to_have_text("ever")
    page.get_by_role("status", name="Messages").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Nobody has described it yet")).to_be_visible()
    page.goto(f"/datasets/{customers.pk}/changes/")
    assert_accessible(page)
    page.get_by_role("button", name="Undo: Meaning of").first.click()
    page.goto(customers.get_absolute_url())
    expect(page.locator(".overview__lead em")).to_have_text("ever")


def test_a_reader_suggests_and_the_steward_takes_it(
    page: Page, browser: Browser, live_server: LiveServer, customers: Dataset
) -> None:
    reader = UserFactory.create(username="rita", first_name="Rita", last_name="Reed", password=make_password(PASSWORD))
    context = browser.new_context(base_url=live_server.url)
    hers = context.new_page()
    sign_in(hers, live_server.url, reader)
    hers.goto(customers.get_absolute_url())
    hers.get_by_role("link", name="Edit").click()
    hers.get_by_label("Title").fill("Buyers")
    hers.get_by_role("button", name="Suggest").click()
    expect(hers.get_by_text("You are told what becomes of it")).to_be_visible()
    hers.wait_for_load_state("networkidle")
    context.close()

    page.goto("/suggestions/")
    page.get_by_role("link", name="customers").click()
    assert_accessible(page)
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_text("Taken.")).to_be_visible()
    page.goto(f"/datasets/{customers.pk}/changes/")
    expect(page.get_by_text("suggested by Rita Reed")).to_be_visible()
