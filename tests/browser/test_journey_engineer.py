"""An engineer connects a database and watches its harvest."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.models import Dataset, Source
from harvest.engine import execute
from harvest.models import Run
from permissions.models import Role, RoleGrant, User
from tests.browser.accessibility import assert_accessible, assert_accessible_in_both_themes
from tests.browser.conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(tmp_path: Path, settings: Any) -> Path:
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": (str(tmp_path),)}
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "create table customers (id integer primary key, email text); create table orders (id integer primary key);"
            "create table orders_tmp (id integer);"
        )
    return path


@pytest.fixture
def engineer(ada: User) -> User:
    RoleGrant.objects.create(role=Role.ENGINEER, person=ada)
    return ada


@pytest.fixture
def worker(ada: User) -> Iterator[None]:
    """Does queued runs as they come, as a worker would."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.1):
            for run in Run.objects.filter(state="queued").select_related("source"):
                execute(run)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join(timeout=20)


def go_on(page: Page, button: str, *, role: Any = "button") -> None:
    page.get_by_role(role, name=button).click()


def reload_until(page: Page, text: str) -> None:
    """Press the link that stands there for those without scripts until the page says so."""
    for _ in range(60):
        if page.get_by_text(text).count():
            return
        page.get_by_role("link", name="Reload").click()
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_timeout(250)
    raise AssertionError(f"The page never said {text!r}.")


def connect(page: Page, shop: Path) -> None:
    """From the list of sources to the last question."""
    page.goto("/sources/")
    page.get_by_role("link", name="Connect a source").click()
    page.get_by_label("SQL database").check()
    go_on(page, "Continue")
    page.get_by_label("URL", exact=True).first.fill(f"sqlite:///{shop}")
    go_on(page, "Test the connection")
    expect(page.get_by_text("Connected: SQLite")).to_be_visible()
    go_on(page, "Continue", role="link")


def test_an_engineer_connects_a_database_and_watches_the_harvest(
    page: Page, engineer: User, worker: None, shop: Path
) -> None:
    connect(page, shop)
    expect(page.get_by_role("region", name="What matches").get_by_text("3 taken")).to_be_visible()
    page.get_by_label("Exclude").press_sequentially("*_tmp")
    expect(page.get_by_role("region", name="What matches").get_by_text("2 taken")).to_be_visible()
    go_on(page, "Continue")
    page.get_by_label("Name").fill("Web shop")
    go_on(page, "Register and try")
    expect(page.get_by_text("This is what would come into the catalog")).to_be_visible(timeout=15_000)
    assert not Dataset.objects.exists()

    go_on(page, "Go: harvest it")

    expect(page.get_by_text("Succeeded", exact=True)).to_be_visible(timeout=15_000)
    page.get_by_role("link", name="customers").click()
    expect(page.get_by_role("heading", name="customers")).to_be_visible()


def test_axe_finds_nothing_from_the_first_step_to_the_last(
    page: Page, engineer: User, worker: None, shop: Path
) -> None:
    page.goto("/sources/new/")
    assert_accessible_in_both_themes(page)
    page.get_by_label("SQL database").check()
    go_on(page, "Continue")
    assert_accessible(page)
    page.get_by_label("URL", exact=True).first.fill(f"sqlite:///{shop}.gone")
    go_on(page, "Test the connection")
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
    go_on(page, "Change the connection", role="link")
    page.get_by_label("URL", exact=True).first.fill(f"sqlite:///{shop}")
    go_on(page, "Test the connection")
    assert_accessible(page)
    go_on(page, "Continue", role="link")
    expect(page.get_by_role("region", name="What matches").get_by_text("3 taken")).to_be_visible()
    assert_accessible(page)
    go_on(page, "Continue")
    page.get_by_label("Another time").check()
    assert_accessible(page)
    page.get_by_label("Every hour").check()
    go_on(page, "Register and try")
    expect(page.get_by_text("This is what would come into the catalog")).to_be_visible(timeout=15_000)
    assert_accessible(page)
    source = Source.objects.get()
    for path in ("/sources/", *(source.get_absolute_url() + part for part in ("", "edit/", "schedule/", "retire/"))):
        page.goto(path)
        assert_accessible_in_both_themes(page)


def test_a_run_is_followed_live_and_cancelled_by_keyboard(page: Page, engineer: User, shop: Path) -> None:
    source = Source.objects.create(slug="shop", name="Shop", kind="sqlalchemy", owner=engineer)
    run = Run.objects.create(source=source, state="running", phase="read", datasets_read=5)
    page.goto(run.get_absolute_url())
    cancel = page.get_by_role("button", name="Cancel")
    cancel.focus()

    Run.objects.filter(pk=run.pk).update(datasets_read=4321)

    expect(page.get_by_text("4,321")).to_be_visible()
    expect(cancel).to_be_focused()  # though the region around it was replaced
    assert_accessible(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Stopping")).to_be_visible()
    Run.objects.filter(pk=run.pk).update(state="cancelled", message="Stopped on request.")
    expect(page.get_by_text("Stopped on request.")).to_be_visible()
    expect(page.locator("#announcements")).to_have_text("The harvest cancelled")


def test_the_wizard_is_walked_by_keyboard_alone(page: Page, engineer: User, shop: Path) -> None:
    page.goto("/sources/new/")
    page.get_by_label("PostgreSQL").focus()
    page.keyboard.press("ArrowUp")  # around to the last
    page.keyboard.press("Enter")
    page.wait_for_url("**/connection/")
    page.get_by_label("URL", exact=True).first.focus()
    page.keyboard.type(f"sqlite:///{shop}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/test/")
    expect(page.get_by_text("Connected: SQLite")).to_be_visible()


def test_what_was_typed_outlives_the_session_but_for_secrets(
    page: Page, engineer: User, live_server: LiveServer
) -> None:
    engineer.set_password("a-long-password")
    engineer.save()
    sign_in(page, live_server.url, engineer)
    page.goto("/sources/new/")
    go_on(page, "Continue")
    page.get_by_label("Host").fill("db.example.org")
    page.get_by_label("Database").fill("shop")
    page.get_by_label("Password").fill("hunter2")
    page.context.clear_cookies(name="concord_session")
    go_on(page, "Test the connection")
    page.get_by_label("Username or email").fill("ada")
    page.get_by_label("Password").fill("a-long-password")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_label("Host")).to_have_value("db.example.org")
    expect(page.get_by_label("Database")).to_have_value("shop")
    expect(page.get_by_label("Password")).to_have_value("")


def test_everything_works_without_scripts(
    browser: Browser, live_server: LiveServer, engineer: User, worker: None, shop: Path
) -> None:
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    sign_in(page, live_server.url, engineer)
    connect(page, shop)
    page.get_by_label("Exclude").fill("*_tmp")
    go_on(page, "Preview")
    expect(page.get_by_role("region", name="What matches").get_by_text("2 taken")).to_be_visible()
    go_on(page, "Continue")
    go_on(page, "Register and try")
    reload_until(page, "This is what would come into the catalog")
    go_on(page, "Go: harvest it")
    reload_until(page, "Succeeded")
    context.close()


def test_a_narrow_screen_does_not_scroll_sideways(page: Page, engineer: User, worker: None, shop: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    connect(page, shop)
    go_on(page, "Continue")
    go_on(page, "Register and try")
    expect(page.get_by_text("This is what would come into the catalog")).to_be_visible(timeout=15_000)
    source = Source.objects.get()
    for path in ("/sources/", source.get_absolute_url(), f"{source.get_absolute_url()}edit/", page.url):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
