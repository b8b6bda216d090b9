"""dbt's artifacts as facts: made-up ones, broken ones, and real ones where they are at hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvest import facts
from harvest.connectors.base import Brakes, ConnectorError, Remembered, Scope
from harvest.connectors.dbt import DbtConnector, bundle
from harvest.connectors.dbt.config import DbtConfig
from harvest.connectors.registry import connector_for_url
from tests.connectors.reading import Harvest
from tests.dbt_project import (
    ORDERS,
    REAL,
    SQL,
    UNIQUE,
    catalog,
    freshness,
    manifest,
    results,
    tarred,
    write,
    zipped,
)  # fmt: skip


def reading(path: Path, known: Iterator[Remembered] | None = None, **scope: Any) -> tuple[Harvest, list[Remembered]]:
    with DbtConnector(DbtConfig(path=str(path)), Brakes()) as connector:
        connector.recall(known or iter(()))
        harvest = Harvest(connector.facts(Scope(**scope)))
        return harvest, list(connector.learned())


@pytest.fixture
def target(tmp_path: Path) -> Path:
    of_tests = results(**{UNIQUE: "fail", ORDERS: "success"})
    return write(tmp_path / "target", manifest=manifest(), catalog=catalog(), run_results=of_tests, sources=freshness())


def test_a_model_tells_what_it_is_whose_and_how_it_is_made(target: Path) -> None:
    orders = reading(target)[0].datasets["shop", "marts", "orders"]
    assert (orders.kind, orders.comment, orders.owner, orders.sql) == (
        "table", "Orders with their value.", "Finance team", SQL,
    )  # fmt: skip
    assert orders.details["exposures"] == [
        {"name": "revenue", "type": "dashboard", "url": "https://bi.example.com/42", "owner": "Finance"}
    ]
    assert orders.details["tests"] == [
        {"name": "unique_orders_id", "test": "unique", "column": "id", "severity": "error"}
    ]


def test_columns_are_those_of_the_database_with_the_words_of_the_project_in_any_case(target: Path) -> None:
    columns = reading(target)[0].about(facts.Field, "shop", "marts", "orders")
    assert [(one.name, one.type, one.comment, one.details) for one in columns] == [
        ("id", "integer", "Order key.", {"tests": ["unique"]}),
        ("amount", "decimal", "From the database.", None),
    ]


def test_results_of_tests_are_observed_without_the_message_that_may_quote_values(target: Path) -> None:
    observed = reading(target)[0].datasets["shop", "marts", "orders"].details[facts.OBSERVED]
    assert observed["tests"] == "1 failed"
    assert observed["test results"][UNIQUE]["failures"] == 1
    assert "Got 7" not in json.dumps(observed)


def test_a_source_is_the_table_that_its_identifier_names_with_its_freshness(target: Path) -> None:
    vans = reading(target)[0].datasets["shop", "erp", "deliveries_v2"]
    assert (vans.comment, vans.owner, vans.details["warn after"]) == ("Vans.", "logistics@example.com", "24 hours")
    assert vans.details[facts.OBSERVED]["freshness"] == "warn"
    assert vans.modified_at is not None


def test_what_a_model_depends_on_and_where_its_table_lies(target: Path) -> None:
    harvest = reading(target)[0]
    made = {one.dataset: one for one in harvest.of(facts.Transformation)}
    assert (made[ORDERS].upstream, made[ORDERS].sql, made[ORDERS].dialect) == (
        ("seed.bakery.raw_orders", "model.bakery.staged"), SQL, "postgres",
    )  # fmt: skip
    assert facts.Alias(ORDERS, "shop", ("marts", "orders")) in harvest.of(facts.Alias)
    assert harvest.of(facts.Tag) == [facts.Tag(ORDERS, "mart")]


def test_an_ephemeral_model_says_that_no_database_has_it(target: Path) -> None:
    harvest = reading(target)[0]
    assert harvest.datasets["shop", "marts", "staged"].details["exists in the database"] == "no"
    assert "model.bakery.staged" not in {one.dataset for one in harvest.of(facts.Alias)}


def test_a_later_command_takes_nothing_away_that_an_earlier_one_brought(target: Path, tmp_path: Path) -> None:
    _, known = reading(target)
    seeded = manifest("2026-11-20T06:00:00Z", compiled=False)
    later = write(tmp_path / "later", manifest=seeded, run_results=results("2026-11-20T06:00:01Z"))
    harvest, learned = reading(later, iter(known))
    orders = harvest.datasets["shop", "marts", "orders"]
    assert (orders.sql, orders.details[facts.OBSERVED]["tests"]) == (SQL, "1 failed")
    assert [one.type for one in harvest.about(facts.Field, "shop", "marts", "orders")] == ["integer", "decimal"]
    assert [item.part for item in learned] == ["project"]


def test_results_alone_are_taken_with_the_manifest_that_is_known(target: Path, tmp_path: Path) -> None:
    _, known = reading(target)
    harvest, _ = reading(
        write(tmp_path / "ci", run_results=results("2026-11-20T07:00:00Z", **{UNIQUE: "pass"})), iter(known)
    )
    assert harvest.datasets["shop", "marts", "orders"].details[facts.OBSERVED]["tests"] == "1 passed"


def test_an_older_manifest_is_left_aside_and_said_so(target: Path, tmp_path: Path) -> None:
    _, known = reading(target)
    older = manifest("2026-11-19T00:00:00Z")
    older["nodes"][ORDERS]["description"] = "Old."
    harvest, _ = reading(write(tmp_path / "older", manifest=older), iter(known))
    assert harvest.datasets["shop", "marts", "orders"].comment == "Orders with their value."
    assert "is older than" in harvest.of(facts.Problem)[0].message


def test_a_model_that_a_newer_manifest_leaves_out_is_forgotten(target: Path, tmp_path: Path) -> None:
    _, known = reading(target)
    newer = manifest("2026-11-21T00:00:00Z")
    del newer["nodes"]["model.bakery.staged"]
    harvest, learned = reading(write(tmp_path / "newer", manifest=newer), iter(known))
    assert ("shop", "marts", "staged") not in harvest.datasets
    assert ("node", "model.bakery.staged", None) in [(one.part, one.key, one.value) for one in learned]


@pytest.mark.parametrize("version", [9, 10, 11, 12])
def test_the_manifests_of_dbt_1_5_and_later_are_read(tmp_path: Path, version: int) -> None:
    harvest, _ = reading(write(tmp_path / "t", manifest=manifest(version=version)))
    assert not harvest.of(facts.Problem)
    assert ("shop", "marts", "orders") in harvest.datasets


def test_a_newer_manifest_than_known_is_read_with_a_remark(tmp_path: Path) -> None:
    harvest, _ = reading(write(tmp_path / "t", manifest=manifest(version=13)))
    assert "version 13, newer than 12" in harvest.of(facts.Problem)[0].message


@pytest.mark.parametrize(
    ("artifacts", "part", "words"),
    [
        ({"manifest": manifest(version=8)}, "format", "dbt 1.5 or newer"),
        ({"manifest": json.dumps(manifest())[:-400]}, "format", "not whole JSON"),
        ({"manifest": "\x00\x01\x02"}, "format", "not whole JSON"),
        ({"manifest": {"metadata": {}}}, "format", "names no schema of dbt's"),
        ({"manifest": catalog()}, "format", "names no schema of dbt's"),
        ({"manifest": manifest() | {"nodes": {"model.a": 7}}}, "format", "not shaped like an artifact"),
        ({"catalog": catalog()}, "missing", "No manifest is known yet"),
    ],
)
def test_what_is_no_artifact_is_refused_in_words(tmp_path: Path, artifacts: Any, part: str, words: str) -> None:
    with pytest.raises(ConnectorError, match=words) as caught:
        reading(write(tmp_path / "t", **artifacts))
    assert caught.value.part == part


def test_a_folder_without_artifacts_is_said_to_hold_none(tmp_path: Path) -> None:
    with pytest.raises(ConnectorError, match=r"no manifest\.json"):
        reading(tmp_path)


def test_a_project_folder_is_as_good_as_its_target(target: Path) -> None:
    assert ("shop", "marts", "orders") in reading(target.parent)[0].datasets


@pytest.mark.parametrize("name", ["project.zip", "whatever"])
def test_a_zip_is_known_by_what_it_is_and_its_paths_are_not_followed(tmp_path: Path, name: str) -> None:
    packed = {"../../manifest.json": manifest(), "deep/er/manifest.json": "none", "target/catalog.json": catalog()}
    (tmp_path / name).write_bytes(zipped(**packed))
    assert ("shop", "marts", "orders") in _read_nearest(tmp_path / name)
    assert not (tmp_path.parent / "manifest.json").exists()


def _read_nearest(path: Path) -> dict[tuple[str, ...], facts.Dataset]:
    return reading(path)[0].datasets


def test_links_in_an_archive_are_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "t.tar.gz"
    path.write_bytes(tarred({}, {"manifest.json": "/etc/passwd"}))
    with pytest.raises(ConnectorError, match=r"no manifest\.json in t\.tar\.gz"):
        reading(path)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "LARGEST", 10_000)
    (tmp_path / "bomb.zip").write_bytes(zipped(**{"manifest.json": b" " * 5_000_000}))
    with pytest.raises(ConnectorError, match="larger than"):
        reading(tmp_path / "bomb.zip")


@pytest.mark.parametrize("cut", [100, 400])
def test_a_damaged_archive_is_said_to_be_damaged(tmp_path: Path, cut: int) -> None:
    content = tarred({"manifest.json": json.dumps(manifest()).encode()})
    (tmp_path / "t.tar.gz").write_bytes(content[:-cut])
    with pytest.raises(ConnectorError) as caught:
        reading(tmp_path / "t.tar.gz")
    assert caught.value.part == "format"


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "secret", manifest=manifest())
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "manifest.json").symlink_to(tmp_path / "secret" / "manifest.json")
    with pytest.raises(ConnectorError, match="link out of its folder"):
        reading(tmp_path / "t")


def test_a_folder_outside_of_what_is_allowed_is_refused(target: Path, tmp_path: Path) -> None:
    brakes = Brakes(file_roots=(str(tmp_path / "other"),))
    with DbtConnector(DbtConfig(path=str(target)), brakes) as connector, pytest.raises(ConnectorError) as caught:
        connector.describe()
    assert caught.value.part == "rights"


def test_include_and_exclude_hold_for_models(target: Path) -> None:
    assert set(reading(target, include=("shop.erp.*",))[0].datasets) == {("shop", "erp", "deliveries_v2")}


def test_a_url_names_the_folder() -> None:
    connector = connector_for_url("dbt:///srv/shop/target")
    assert (connector.kind, connector.Config.from_url("dbt:///srv/shop/target").default_name()) == ("dbt", "shop")


@pytest.mark.skipif(not REAL.is_dir(), reason="the real artifacts are not at hand")
@pytest.mark.parametrize("project", ["bakehouse-pg", "bakehouse-duckdb", "bakehouse-dbt1.12"])
def test_real_artifacts_are_read_whole(project: str) -> None:
    harvest, _ = reading(REAL / project)
    whole = json.loads((REAL / project / "manifest.json").read_text())
    built = [one for one in whole["nodes"].values() if one["resource_type"] in ("model", "seed", "snapshot")]
    assert len(harvest.datasets) == len(built) + len(whole["sources"])
    assert {one.ref for one in harvest.datasets.values() if one.sql} == {
        one["unique_id"] for one in built if one.get("compiled_code")
    }
    tests = [test for one in harvest.datasets.values() for test in (one.details or {}).get("tests", ())]
    assert len({test["name"] for test in tests}) == 15 + len(whole["unit_tests"])
    assert not harvest.of(facts.Problem)
