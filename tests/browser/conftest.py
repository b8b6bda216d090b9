"""A signed-in person in a real browser, on a site of their own."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from permissions.models import User
from tests.browser.browsing import chromium
from tests.factories import UserFactory

PASSWORD = "fresh-words-42"


@pytest.fixture(scope="session", autouse=True)
def _database_beside_playwright(request: pytest.FixtureRequest) -> Iterator[None]:
    """Playwright runs an event loop in the test's thread, where Django would refuse to ask the database."""
    patch = pytest.MonkeyPatch()
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    yield
    patch.undo()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def ada(transactional_db: None) -> User:
    """Who sits at the browser."""
    password = make_password(PASSWORD)
    return UserFactory.create(
        username="ada", first_name="Ada", last_name="Lovelace", title="Analyst", password=password
    )


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer, ada: User) -> Iterator[Page]:
    """A page of somebody who has not signed in; addresses are paths. The console must stay free of errors."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 800}, color_scheme="light"
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if _is_trouble(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.wait_for_load_state("networkidle")  # a request that outlives its test would find no database
    context.close()
    assert not complaints, "\n".join(complaints)


def _is_trouble(message: ConsoleMessage) -> bool:
    """A request that newer typing replaced is no trouble, though htmx logs it."""
    return message.type == "error" and not message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))


@pytest.fixture
def page(visitor: Page, live_server: LiveServer, ada: User) -> Page:
    """Ada's page."""
    sign_in(visitor, live_server.url, ada)
    return visitor


def sign_in(page: Page, url: str, person: User) -> None:
    """Gives the browser a session of `person`."""
    client = Client()
    client.force_login(person)
    for name, morsel in client.cookies.items():
        page.context.add_cookies([{"name": name, "value": morsel.value, "url": url}])
