"""An engineer plans to drop a column, sees who is hit, and those who are hear of it when it is gone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.models import Dataset, Source
from harvest.connectors.sql.config import SQLConfig
from harvest.engine import execute
from harvest.services import register_source, start_run
from lineage.models import FieldEdge
from permissions.models import User
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import sign_in
from tests.factories import DatasetFactory, EdgeFactory, NodeFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def harvest(source: Source, actor: User) -> None:
    execute(start_run(source=source, actor=actor, send_now=False))


@pytest.fixture
def shop(tmp_path: Path, settings: Any, ada: User) -> Source:
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": (str(tmp_path),)}
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database:
        database.execute("create table customers (id integer primary key, email text, name text)")
    source = register_source(
        actor=ada, name="Shop", kind="sqlalchemy", config=SQLConfig(url=f"sqlite:///{tmp_path / 'shop.db'}")
    )
    harvest(source, ada)
    return source


@pytest.fixture
def newsletter(shop: Source, bob: User) -> Dataset:
    """Bob answers for it; it takes the addresses of customers."""
    newsletter = DatasetFactory.create(name="newsletter", columns=["address"], steward=bob)
    node = NodeFactory.create(dataset=Dataset.objects.get(source=shop, name="customers"))
    edge = EdgeFactory.create(upstream=node, downstream=newsletter, origin="script")
    FieldEdge.objects.create(edge=edge, upstream_path="email", downstream_path="address", step="identity")
    return newsletter


def test_a_column_is_dropped_and_whoever_reads_it_knows(
    page: Page, live_server: LiveServer, shop: Source, newsletter: Dataset, ada: User, bob: User, tmp_path: Path
) -> None:
    customers = Dataset.objects.get(source=shop, name="customers")
    page.goto(f"/datasets/{customers.pk}/lineage/")
    page.get_by_role("link", name="Impact of a change").click()
    page.get_by_label("If this is dropped, renamed or changed").select_option("email")
    page.get_by_role("button", name="Show").click()
    hit = page.get_by_role("row").filter(has_text="newsletter")
    expect(hit).to_contain_text("Its fields come from it")
    expect(hit).to_contain_text(str(bob))
    assert_accessible(page)

    with closing(sqlite3.connect(tmp_path / "shop.db")) as database:
        database.execute("alter table customers drop column email")
    harvest(shop, ada)

    page.context.clear_cookies()
    sign_in(page, live_server.url, bob)
    page.goto("/inbox/")
    page.get_by_role("link", name="customers has changed so that readers break: email").click()
    expect(page.get_by_role("heading", name="What a change would hit")).to_be_visible()
    expect(page.get_by_text("newsletter")).to_be_visible()
