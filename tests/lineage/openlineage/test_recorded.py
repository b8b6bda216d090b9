"""What real producers sent, against what is in it."""

from __future__ import annotations

import random

import pytest

from lineage.openlineage.events import Kind
from lineage.openlineage.facets import column_lineage, schema
from lineage.openlineage.merging import columns_of, edges_of, facets_of, merged, outcome
from tests.lineage.openlineage.making import expected, read, recorded

RECORDINGS = (
    "python-client", "dbt-duckdb-build", "dbt-pg-build-no-catalog", "dbt-pg-build-with-catalog",
    "dbt-pg-build-structured-logs", "dbt-pg-run-fullrefresh-structured", "airflow-scheduler-bakery_daily",
    "airflow-dagstest-bakery_daily",
)  # fmt: skip


@pytest.mark.parametrize("name", RECORDINGS)
def test_all_that_was_sent_is_found_in_any_order(name: str):
    events = [read(event) for event in recorded(name)]
    known, told = merged({}, events), expected(name)
    mixed = events * 2
    random.shuffle(mixed)

    assert not {note for event in events for note in event.notes}
    assert {"|".join(key[1:]) for key in known if key.kind is Kind.JOB} == set(told["jobs"])
    assert {"|".join(key[1:]) for key in known if key.kind is Kind.DATASET} == set(told["datasets"])
    ran = {key.name: outcome(state).state for key, state in known.items() if key.kind is Kind.RUN}
    assert ran == {run: one["state"] for run, one in told["runs"].items()}
    assert merged({}, mixed) == known


@pytest.mark.parametrize("name", RECORDINGS)
def test_edges_schemas_and_columns(name: str):
    known, told = merged({}, [read(event) for event in recorded(name)]), expected(name)
    jobs = {"|".join(key[1:]): state for key, state in known.items() if key.kind is Kind.JOB}

    edges = {("|".join(edge.upstream), job, "|".join(edge.downstream)) for job in jobs for edge in edges_of(jobs[job])}
    assert edges == set(map(tuple, told["edges_input_job_output"]))

    fields = {
        "|".join(key[1:]): [one.path for one in schema(facets["schema"]) if "." not in one.path]
        for key, state in known.items()
        if key.kind is Kind.DATASET and "schema" in (facets := facets_of(state))
    }
    assert {name: found for name, found in fields.items() if found} == {
        name: found for name, found in told["schema_fields_latest"].items() if found
    }

    columns: dict[str, set[str]] = {}
    for state in jobs.values():
        for output, facet in columns_of(state).items():
            for one in column_lineage(facet):
                if one.target:
                    columns.setdefault(f"{'|'.join(output)}#{one.target}", set()).add(
                        f"{'|'.join(one.dataset)}|{one.field}"
                    )
    assert columns == {target: set(sources) for target, sources in told["column_edges"].items() if sources}


def test_a_tolerable_event_is_never_refused():
    """A refusal is raised inside the user's job: only what names no job, dataset or time is worth one."""
    refused = {"missing-job", "missing-eventTime", "job-name-null", "array-body"}
    for case in recorded("validity-cases"):
        if "event" in case and case["case"] not in refused:
            read(case["event"])
