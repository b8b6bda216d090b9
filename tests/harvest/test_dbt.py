"""A dbt project beside the database that it builds: one dataset a table, and words that come and go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Dataset, DatasetTag, Field, Source
from harvest import facts, services
from harvest.engine import execute
from harvest.models import Memory, Run, Told
from harvest.reconcile.applying import reconcile
from harvest.reconcile.staging import Staging
from lineage.models import Edge, FieldEdge, Job
from permissions.models import User
from tests.dbt_project import ORDERS, REAL, SQL, UNIQUE, catalog, manifest, results, write
from tests.factories import SourceFactory

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = (
    facts.Container(("marts",), "schema"),
    facts.Dataset("o", ("marts", "orders"), "table", comment="By the database.", owner="loader"),
    facts.Field("o", 1, "id", "integer", "integer", comment="Key."),
    facts.Field("o", 2, "amount", "numeric", "decimal"),
)


@pytest.fixture
def warehouse(db: None) -> Source:
    source = SourceFactory.create(slug="warehouse", kind="postgresql", config={"database": "shop"}, owner=None)
    fill(source)
    return source


def fill(source: Source, *more: facts.Fact) -> None:
    row = Run.objects.create(source=source, state=Run.State.SUCCEEDED)
    with Staging() as staging:
        for fact in (*TABLE, *more):
            staging.add(fact)
        staging.finish()
        reconcile(source, staging, run_id=row.pk, last_seen=None, limit=50, dry=False, confirmed=True)


@pytest.fixture
def target(tmp_path: Path, settings: Any) -> Path:
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": (str(tmp_path),)}
    return write(tmp_path / "target", manifest=manifest(), catalog=catalog(), run_results=results(**{UNIQUE: "pass"}))


def project(target: Path, told: str = "", owner: User | None = None) -> Source:
    config = {"path": str(target), "told": told}
    return SourceFactory.create(slug="bakery", kind="dbt", config=config, owner=owner, vanish_percent=100)


def harvest(source: Source) -> Run:
    source.refresh_from_db()
    run = Run.objects.create(source=source)
    execute(run)
    run.refresh_from_db()
    assert run.state == Run.State.SUCCEEDED, run.message
    return run


def told(dataset: Dataset) -> dict[str, Any]:
    return dataset.details or {}


def test_a_project_by_itself_has_datasets_of_its_own(target: Path) -> None:
    harvest(project(target))
    orders = Dataset.objects.get(key="bakery.shop.marts.orders")
    assert (orders.harvested_description, orders.harvested_owner, orders.sql) == (
        "Orders with their value.", "Finance team", SQL,
    )  # fmt: skip
    assert list(DatasetTag.objects.values_list("dataset", "tag__name", "origin")) == [(orders.pk, "mart", "harvest")]


def test_results_that_differ_are_kept_and_are_no_change_of_the_dataset(target: Path) -> None:
    source = project(target)
    harvest(source)
    write(target, run_results=results("2026-11-20T09:00:00Z", **{UNIQUE: "fail"}))
    assert harvest(source).changed == 0
    assert told(Dataset.objects.get(key="bakery.shop.marts.orders"))["observed"]["tests"] == "1 failed"


def test_compiled_sql_outlives_a_manifest_without_it(target: Path) -> None:
    source = project(target)
    harvest(source)
    write(target, manifest=manifest("2026-11-20T10:00:00Z", compiled=False))
    (target / "catalog.json").unlink()
    assert harvest(source).changed == 0
    assert Dataset.objects.get(key="bakery.shop.marts.orders").sql == SQL
    assert Memory.objects.filter(part="compiled", key=ORDERS).count() == 1


def test_a_table_that_is_registered_is_enriched_and_not_doubled(warehouse: Source, target: Path) -> None:
    harvest(project(target, told="warehouse"))
    orders = Dataset.objects.get(name="orders")
    assert (orders.source, orders.harvested_description, orders.harvested_owner, orders.sql) == (
        warehouse, "Orders with their value.", "Finance team", SQL,
    )  # fmt: skip
    assert told(orders)["dbt"]["tests"][0]["test"] == "unique"
    assert [(one.name, one.harvested_description) for one in orders.fields.order_by("position")] == [
        ("id", "Order key."),
        ("amount", "From the database."),
    ]
    assert [tag.name for tag in orders.tags.all()] == ["mart"]
    assert set(Dataset.objects.exclude(pk=orders.pk).values_list("name", flat=True)) == {
        "raw_orders", "staged", "deliveries_v2",
    }  # fmt: skip


def test_the_tables_own_harvest_keeps_what_the_project_says(warehouse: Source, target: Path) -> None:
    harvest(project(target, told="warehouse"))
    fill(warehouse, facts.Field("o", 3, "note", "text", "string"))
    orders = Dataset.objects.get(name="orders")
    assert (orders.field_count, orders.harvested_description, told(orders)["dbt"]["dbt"]) == (
        3, "Orders with their value.", "model",
    )  # fmt: skip
    assert Field.objects.get(dataset=orders, name="id").harvested_description == "Order key."
    assert Told.objects.get(dataset=orders, path="").own["description"] == "By the database."


def test_what_the_project_no_longer_says_gives_way_to_the_tables_own_words(warehouse: Source, target: Path) -> None:
    source = project(target, told="warehouse")
    harvest(source)
    later = manifest("2026-11-21T00:00:00Z")
    del later["nodes"][ORDERS], later["nodes"][UNIQUE]
    write(target, manifest=later)
    harvest(source)
    orders = Dataset.objects.get(name="orders")
    assert (orders.harvested_description, orders.harvested_owner, orders.sql, orders.details) == (
        "By the database.", "loader", "", None,
    )  # fmt: skip
    assert Field.objects.get(dataset=orders, name="id").harvested_description == "Key."
    assert not orders.tags.exists()


def test_a_retired_project_takes_its_words_with_it(warehouse: Source, target: Path) -> None:
    source = project(target, told="warehouse")
    harvest(source)
    services.retire_source(source=source, actor=None)
    assert Dataset.objects.get(name="orders").harvested_description == "By the database."
    assert not Told.objects.exists()


def test_what_people_wrote_prevails(warehouse: Source, target: Path) -> None:
    Dataset.objects.filter(name="orders").update(human_description="Ours.")
    harvest(project(target, told="warehouse"))
    assert Dataset.objects.get(name="orders").description == "Ours."


def test_nobody_speaks_about_a_source_that_they_may_not_manage(warehouse: Source, target: Path, bob: User) -> None:
    run = harvest(project(target, told="warehouse", owner=bob))
    assert Dataset.objects.get(source=warehouse).harvested_description == "By the database."
    assert Dataset.objects.filter(key="bakery.shop.marts.orders").exists()
    assert "may manage" in run.problems.get().message


def test_a_dry_run_learns_nothing(target: Path) -> None:
    run = Run.objects.create(source=project(target), dry=True)
    execute(run)
    run.refresh_from_db()
    assert (run.state, Memory.objects.count(), Dataset.objects.count()) == (Run.State.SUCCEEDED, 0, 0)


def test_models_are_jobs_that_say_what_they_read_field_by_field(warehouse: Source, target: Path) -> None:
    harvest(project(target, told="warehouse"))
    assert set(Job.objects.values_list("name", "technology")) == {(ORDERS, "dbt"), ("model.bakery.staged", "dbt")}
    edge = Edge.objects.get(origin="dbt", downstream__dataset__source=warehouse, upstream__dataset__name="raw_orders")
    assert set(edge.field_edges.values_list("upstream_path", "downstream_path", "step")) == {
        ("id", "id", "identity"),
        ("amount", "amount", "identity"),
    }
    assert not Edge.objects.exclude(origin="dbt").exists()


def test_a_second_harvest_reads_no_model_again(warehouse: Source, target: Path) -> None:
    source = project(target, told="warehouse")
    harvest(source)
    seen = Job.objects.get(name=ORDERS).last_seen_at
    harvest(source)
    assert Job.objects.get(name=ORDERS).last_seen_at == seen


def test_a_model_that_is_gone_makes_nothing_any_longer(warehouse: Source, target: Path) -> None:
    source = project(target, told="warehouse")
    harvest(source)
    later = manifest("2026-11-21T00:00:00Z")
    del later["nodes"][ORDERS], later["nodes"][UNIQUE]
    write(target, manifest=later)
    harvest(source)
    assert Job.objects.get(name=ORDERS).closed_at is not None
    assert not Edge.objects.current().exists()


@pytest.mark.skipif(not REAL.is_dir(), reason="the real artifacts are not at hand")
@pytest.mark.parametrize("name", ["bakehouse-pg", "bakehouse-duckdb"])
def test_real_models_come_from_the_columns_that_people_found(name: str, settings: Any) -> None:
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": None}
    harvest(project(REAL / name))
    values = ("identity", "transformation", "aggregation", "conditional", "window")
    expected = {
        (table, column, source.split(".", 1)[1])
        for table, columns in json.loads((REAL / "column-lineage.expected.json").read_text()).items()
        for column, sources in columns.items()
        for source in sources
    }
    edges = FieldEdge.objects.filter(edge__downstream__dataset__name__in={table for table, _, _ in expected})
    found = {
        (made, field, f"{read}.{column}")
        for made, field, read, column in edges.filter(step__in=values, closed_at=None)
        .exclude(downstream_path="")
        .values_list(
            "edge__downstream__dataset__name", "downstream_path", "edge__upstream__dataset__name", "upstream_path"
        )
    }
    assert found == expected
