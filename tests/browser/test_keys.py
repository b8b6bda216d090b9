"""Security keys and passkeys, with a virtual one in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from permissions.models import User
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def key(visitor: Page, live_server: LiveServer, settings: Settings) -> Page:
    """A browser with a security key that answers by itself."""
    settings.CONCORD_URL = live_server.url
    session = visitor.context.new_cdp_session(visitor)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return visitor


def by_password(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username or email").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_added_and_signs_in_alone_and_after_a_password(key: Page, ada: User) -> None:
    by_password(key)
    key.goto("/me/second-factor/")
    assert_accessible(key)
    key.get_by_role("link", name="Add a key").click()
    key.get_by_label("Password of ada").fill(PASSWORD)
    key.get_by_role("button", name="Confirm").click()
    key.get_by_label("What you call it").fill("This laptop")
    key.get_by_label("Passkey").check()
    assert_accessible(key)
    key.get_by_role("button", name="Use the key").click()
    expect(key.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert_accessible(key)
    key.goto("/me/second-factor/")
    expect(key.get_by_role("rowheader", name="This laptop")).to_be_visible()

    key.context.clear_cookies()
    key.goto("/accounts/login/")
    key.get_by_role("button", name="Sign in with a passkey").click()
    expect(key.get_by_role("button", name="Your account")).to_be_visible()

    key.context.clear_cookies()
    by_password(key)
    expect(key.get_by_role("heading", name="One more step")).to_be_visible()
    assert_accessible(key)
    key.get_by_role("button", name="Use a security key or passkey").click()
    expect(key.get_by_role("button", name="Your account")).to_be_visible()
