"""The names in a source are listed to those of its managers who may know of all of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from catalog.models import Source
from permissions.models import User
from tests.cast import signed_in
from tests.factories import DatasetFactory, RuleFactory, SourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(alice: User, settings: Settings, tmp_path: Path) -> Source:
    (tmp_path / "merger_targets.csv").write_text("id\n1\n")
    settings.HARVEST_BRAKES = {**settings.HARVEST_BRAKES, "file_roots": (str(tmp_path),)}
    source = SourceFactory.create(slug="folder", kind="files", config={"path": str(tmp_path)}, owner=alice)
    DatasetFactory.create(source=source, name="merger_targets", tags=["secret"])
    return source


def listed(client: Client) -> str:
    return client.post("/sources/folder/edit/preview/", {"include": "", "exclude": ""}).content.decode()


def test_a_preview_lists_no_names_where_one_is_hidden(folder: Source, alice: User) -> None:
    assert "merger_targets" in listed(signed_in(alice))
    RuleFactory.create(label="tag:secret", level="discover", everyone=True)
    assert "merger_targets" not in listed(signed_in(alice))
