"""The SQL of an event, read again where its producer misreads it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lineage.openlineage.dbt import corrected
from lineage.openlineage.events import Kind
from lineage.openlineage.facets import DatasetName
from lineage.openlineage.merging import merged
from lineage.openlineage.statements import Reread, reread
from tests.lineage.openlineage.making import RECORDED, SHOP, dataset, read, recorded, run_event


def task(
    query: str, integration: str = "AIRFLOW", inputs: tuple[str, ...] = (), outputs: tuple[str, ...] = ("shop.mart.a",)
) -> Reread | None:
    facets = {"jobType": {"integration": integration}, "sql": {"query": query}}
    event = run_event(inputs=[dataset(name) for name in inputs], outputs=[dataset(name) for name in outputs])
    event["job"] |= {"facets": facets}
    (state,) = (state for key, state in merged({}, [read(event)]).items() if key.kind is Kind.JOB)
    return reread(state)


@pytest.mark.parametrize("name", ["dbt-duckdb-build", "dbt-pg-build-with-catalog", "dbt-pg-build-no-catalog"])
def test_columns_of_dbt_models_are_those_written_by_hand(name: str):
    events = [event for one in recorded(name) if (event := corrected(read(one))) is not None]
    by_hand: dict[str, Any] = json.loads((RECORDED.parent / "dbt" / "column-lineage.expected.json").read_text())
    jobs = {key.name.rpartition(".")[2]: state for key, state in merged({}, events).items() if key.kind is Kind.JOB}

    for model, wanted in by_hand.items():
        again = reread(jobs[model])
        assert again is not None
        found: dict[str, set[str]] = {}
        for source in again.columns:
            if source.target:
                name_of = source.dataset.name.partition(".")[2]
                found.setdefault(source.target, set()).add(f"{name_of}.{source.field}")
        assert found == {target: set(sources) for target, sources in wanted.items() if sources}, model


def test_what_a_common_table_expression_reads_is_read():
    again = task("with t as (select * from raw.pings) insert into mart.a select id from t")

    assert again is not None
    assert again.inputs == (DatasetName(SHOP, "shop.raw.pings"),)


def test_a_function_that_makes_rows_is_no_dataset():
    again = task("insert into mart.a select g from generate_series(1, 50) g", inputs=("shop.public.generate_series",))

    assert again is not None
    assert again.inputs == ()
    assert not again.keeps(DatasetName(SHOP, "shop.public.generate_series"))


def test_inlets_of_a_task_are_kept_and_those_of_a_model_are_not():
    query = "insert into mart.a select id from raw.b"

    airflow, dbt = task(query), task(query, "DBT")

    assert airflow is not None
    assert airflow.keeps(DatasetName(SHOP, "shop.raw.inlet"))
    assert dbt is not None
    assert not dbt.keeps(DatasetName(SHOP, "shop.raw.inlet"))


@pytest.mark.parametrize(
    ("query", "integration", "outputs"),
    [
        ("insert into mart.a select id from raw.b", "SPARK", ("shop.mart.a",)),
        ("insert into mart.other select id from raw.b", "AIRFLOW", ("shop.mart.a",)),
        ("insert into mart.a select from where", "AIRFLOW", ("shop.mart.a",)),
        ("insert into mart.a select id from raw.b", "AIRFLOW", ("shop.mart.a", "shop.mart.b")),
        ("", "AIRFLOW", ("shop.mart.a",)),
    ],
    ids=["an engine that knows", "another table", "no SQL", "two outputs", "nothing"],
)
def test_what_the_sql_does_not_tell_is_left_to_the_producer(query: str, integration: str, outputs: tuple[str, ...]):
    assert task(query, integration, outputs=outputs) is None
