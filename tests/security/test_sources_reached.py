"""Whoever may connect sources reaches neither Concord's own database nor its secrets by them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from harvest.connectors.base import Brakes, ConnectorError
from harvest.connectors.files.roots import allowed_path
from harvest.connectors.postgres import PostgresConfig, PostgresConnector
from harvest.connectors.postgres.session import _parameters
from harvest.connectors.sql.config import SQLConfig
from harvest.connectors.sql.session import connect


def own() -> tuple[str, int, str, str]:
    server = settings.DATABASES["default"]
    return server["HOST"] or "localhost", int(server["PORT"] or 5432), connection.settings_dict["NAME"], server["USER"]


@pytest.mark.django_db
def test_the_catalog_does_not_read_itself() -> None:
    host, port, name, user = own()
    config = PostgresConfig(host=host, port=port, database=name, user=user)
    with pytest.raises(ConnectorError, match="Concord itself"), PostgresConnector(config, Brakes()):
        pass


@pytest.mark.django_db
@pytest.mark.skipif(own()[0].startswith("/"), reason="a URL of SQLAlchemy names a host")
def test_the_catalog_does_not_read_itself_by_another_dialect() -> None:
    host, port, name, user = own()
    config = SQLConfig(url=f"postgresql+psycopg2://{user}@{host}:{port}/{name}")
    with pytest.raises(ConnectorError, match="Concord itself"):
        connect(config.parsed(), Brakes())


def test_no_password_of_the_environment_goes_to_a_source() -> None:
    config = PostgresConfig(host="elsewhere.example.org", database="shop")
    assert _parameters(config, Brakes())["password"] == ""


@pytest.mark.parametrize("way", ["{root}/../secret.csv", "{root}/link.csv", "{root}/linked/secret.csv", "/etc/passwd"])
def test_no_way_leads_out_of_the_allowed_folders(tmp_path: Path, way: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.csv").write_text("a\n1\n")
    (root / "link.csv").symlink_to(tmp_path / "secret.csv")
    (root / "linked").symlink_to(tmp_path)
    with pytest.raises(ConnectorError, match="outside the folders"):
        allowed_path(way.format(root=root), (str(root),))


def test_a_folder_whose_name_begins_like_an_allowed_one_is_not_allowed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data-secret").mkdir()
    with pytest.raises(ConnectorError, match="outside the folders"):
        allowed_path(str(tmp_path / "data-secret"), (str(tmp_path / "data"),))
