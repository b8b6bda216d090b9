"""An index of each test's own, in step with what the test has committed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from catalog.search import conf
from catalog.search.feed import catch_up
from catalog.search.query import search
from catalog.search.store import Store
from permissions.access import forget_denials
from permissions.models import User

Find = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine no answer becomes partial but in the tests that say so."""
    monkeypatch.setattr("catalog.search.query.PATIENCE_MS", 60_000)


@pytest.fixture
def search_dir(settings: Settings, tmp_path: Path) -> Path:
    settings.CONCORD_SEARCH_DIR = tmp_path / "search"
    return tmp_path / "search"


@pytest.fixture
def store(search_dir: Path) -> Store:
    return Store(search_dir, conf.fingerprint())


@pytest.fixture
def find(transactional_db: None, search_dir: Path) -> Find:
    """Names of the datasets a person finds, best first, by an index that is up to date."""

    def names(viewer: User, text: str = "", **options: object) -> list[str]:
        catch_up()
        forget_denials(viewer)
        return [hit.dataset.name for hit in search(viewer, text, **options).hits]  # type: ignore[arg-type]

    return names
