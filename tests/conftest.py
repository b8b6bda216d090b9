"""What every test may use."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from permissions.audit import months

pytest_plugins = ["tests.databases", "tests.cast", "tests.caching", "tests.searching"]

WAITING_FOR_OTHERS = ("browser", "connectors", "runtime")  # folders of tests


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for a browser or another server is tried again on a busy machine; the summary says which were."""
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
