"""What every test may use."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from permissions.audit import months

pytest_plugins = ["tests.databases", "tests.cast", "tests.caching", "tests.searching"]

WAITING_FOR_OTHERS = ("browser", "connectors", "runtime")  # folders of tests


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests come early, so that no worker is left with one; what waits for others is tried again."""
    slow = {item for item in items if item.get_closest_marker("slow")}
    try_again_what_waits(items)
    items[:] = mixed([item for item in items if item not in slow], [item for item in items if item in slow])


def mixed(many: list[pytest.Item], few: list[pytest.Item]) -> list[pytest.Item]:
    """Both in their order, with the `few` spread over the first half."""
    step = len(many) // (2 * len(few)) + 1 if few else 1
    found: list[pytest.Item] = []
    for number, item in enumerate(many):
        if number % step == 0 and few:
            found.append(few.pop(0))
        found.append(item)
    return found + few


def try_again_what_waits(items: list[pytest.Item]) -> None:
    """What waits for a browser or another server may fail on a busy machine; the summary says which did at first."""
    here = Path(__file__).parent
    for item in items:
        fixtures = item.fixturenames if isinstance(item, pytest.Function) else ()
        if item.path.relative_to(here).parts[0] in WAITING_FOR_OTHERS or "live_server" in fixtures:
            item.add_marker(pytest.mark.flaky(reruns=1))


LET_TESTS_EMPTY_TABLES = """
DO $$ DECLARE part regclass; BEGIN
    FOR part IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'audit_keep_all' LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER audit_keep_all', part);
    END LOOP;
END $$
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Tests with transactions of their own end by emptying every table, the record among them."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(LET_TESTS_EMPTY_TABLES)
    today = datetime.now(UTC)
    months._standing.add((today.year, today.month))
