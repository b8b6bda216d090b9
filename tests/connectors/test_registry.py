"""Finding connectors, Concord's own and those that packages bring."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harvest.connectors import registry
from harvest.connectors.base import Brakes, ConnectorError, Scope
from harvest.connectors.postgres import PostgresConnector

CONNECTOR = """
from harvest.connectors.postgres import PostgresConnector
class {name}(PostgresConnector):
    kind = "{kind}"
    label = "A pond"
    schemes = ("{kind}",)
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Installs a package whose entry point names a kind of connector."""

    def install_package(kind: str, source: str, attribute: str = "Pond") -> None:
        module = f"concord_test_{kind}_{tmp_path.name}".replace("-", "_")
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[concord.connectors]\n{kind} = {module}:{attribute}\n")
        (tmp_path / f"{module}.py").write_text(source)
        monkeypatch.syspath_prepend(str(tmp_path))

    return install_package


def test_a_connector_is_found_by_its_kind() -> None:
    assert registry.connector_for("postgresql") is PostgresConnector


@pytest.mark.parametrize("url", ["postgresql://h/d", "postgres://h/d", "POSTGRESQL://h/d", "postgresql+psycopg2://h/d"])
def test_a_connector_is_found_by_the_scheme_of_a_url(url: str) -> None:
    assert registry.connector_for_url(url) is PostgresConnector


@pytest.mark.parametrize("path", ["/data/sales.parquet", "data/sales.csv", "C:\\\\data"])
def test_text_without_a_scheme_is_a_path(path: str) -> None:
    assert registry.connector_for_url(path).kind == "files"


def test_every_built_in_connector_can_be_used() -> None:
    assert set(registry.BUILT_IN) <= set(registry.kinds())


def test_an_unknown_kind_is_refused_naming_the_known_ones() -> None:
    with pytest.raises(ConnectorError, match=r"kind abacus: .* postgresql") as caught:
        registry.connector_for("abacus")
    assert caught.value.part == "driver"


def test_a_url_nobody_answers_to_is_not_quoted() -> None:
    with pytest.raises(ConnectorError, match="No connector answers to abacus") as caught:
        registry.connector_for_url("abacus://ann:hunter2@h/d")
    assert "hunter2" not in str(caught.value)


def test_a_package_may_bring_a_connector(install) -> None:
    install("pond", CONNECTOR.format(name="Pond", kind="pond"))
    assert registry.connector_for("pond").label == "A pond"
    assert registry.connector_for_url("pond://h/d").kind == "pond"
    assert "pond" in registry.kinds()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import no_such_driver", "needs the Python package no_such_driver"),
        ("1 / 0", "could not be loaded .ZeroDivisionError"),
        ("Other = 1", "could not be loaded .AttributeError"),
        ("Pond = 1", "is not a connector"),
        (CONNECTOR.format(name="Pond", kind="lake"), "its kind is 'lake'"),
    ],
)
def test_a_broken_package_is_reported_and_stops_nothing_else(install, source: str, said: str) -> None:
    install("pond", source)
    with pytest.raises(ConnectorError, match=said) as caught:
        registry.connector_for("pond")
    assert caught.value.part == "driver"
    assert [found.kind for found in registry.broken()] == ["pond"]
    assert "pond" not in registry.kinds()
    assert registry.connector_for_url("postgresql://h/d") is PostgresConnector


def test_a_package_cannot_replace_a_connector_of_concord(install) -> None:
    install("postgresql", CONNECTOR.format(name="Pond", kind="postgresql"))
    assert registry.connector_for("postgresql") is PostgresConnector
    assert [found.kind for found in registry.broken()] == ["postgresql"]


def test_the_connector_in_the_documentation_works(install, settings) -> None:
    page = (settings.BASE_DIR / "docs" / "connectors.md").read_text()
    [source] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    install("pond", source)
    connector = registry.connector_for_url("pond://hyde")
    with connector(connector.Config.from_url("pond://hyde"), Brakes()) as ponds:
        assert [type(fact).__name__ for fact in ponds.facts(Scope(include=("hyde.south",)))] == [
            "Container", "Dataset", "Field",
        ]  # fmt: skip
