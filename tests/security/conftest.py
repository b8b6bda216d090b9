"""The marked catalog, in the database and in an index of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from catalog.models import Dataset, Source
from catalog.search.feed import catch_up
from permissions.models import User
from tests.security.world import World, build


@pytest.fixture
def world(alice: User, charlie: User, crm: Source, customers: Dataset, settings: Settings, tmp_path: Path) -> World:
    settings.CONCORD_SEARCH_DIR = tmp_path / "search"
    made = build(alice, charlie, crm, customers)
    catch_up()
    return made
