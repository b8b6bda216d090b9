"""What an event is taken to say, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lineage.openlineage.events import LONGEST_UNKNOWN, Kind, Refused, Type
from tests.lineage.openlineage.making import RECEIVED, RUN, dataset, read, run_event


def test_a_run_event_says_what_its_job_reads_and_writes():
    event = read(run_event("COMPLETE", inputs=[dataset("shop.raw.orders")], outputs=[dataset("shop.mart.revenue")]))

    assert event.kind is Kind.RUN
    assert event.type is Type.COMPLETE
    assert event.job == ("shop.batch", "nightly")
    assert str(event.run_id) == RUN
    assert [said.name.name for said in event.inputs] == ["shop.raw.orders"]
    assert [said.name.name for said in event.outputs] == ["shop.mart.revenue"]
    assert event.notes == ()


def test_an_event_without_a_run_is_of_the_job():
    event = read({name: value for name, value in run_event(None).items() if name != "run"})

    assert event.kind is Kind.JOB
    assert event.run_id is None


def test_an_event_of_a_dataset_alone():
    event = read({"eventTime": "2026-11-20T04:12:28Z", "dataset": dataset("shop.raw.orders")})

    assert event.kind is Kind.DATASET
    assert event.subject == ("postgres://db.internal:5432", "shop.raw.orders")


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("2026-11-20T04:12:28.714111+00:00", datetime(2026, 11, 20, 4, 12, 28, 714111, UTC)),
        ("2026-11-20T05:12:28+01:00", datetime(2026, 11, 20, 4, 12, 28, tzinfo=UTC)),
        ("2026-11-20T04:12:28.714111999Z", datetime(2026, 11, 20, 4, 12, 28, 714111, UTC)),
        ("2026-11-20T04:12:28", datetime(2026, 11, 20, 4, 12, 28, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
    ],
)
def test_times_as_producers_write_them(said: str, taken: datetime):
    assert read(run_event(at=said)).time == taken


def test_a_clock_in_the_future_is_set_to_when_the_event_came():
    event = read(run_event(at="2099-01-01T00:00:00Z"))

    assert event.time == RECEIVED
    assert "future" in event.notes[0]


TOLERABLE: dict[str, dict[str, Any]] = {
    "unknown type": {"eventType": "DONE"},
    "type of a wrong type": {"eventType": 7},
    "no schemaURL": {"schemaURL": None},
    "a version to come": {"schemaURL": "https://openlineage.io/spec/9-0-0/OpenLineage.json"},
    "no producer": {"producer": None},
    "inputs that are an object": {"inputs": {"a": 1}},
    "an input that is text": {"inputs": ["orders"]},
    "an input without namespace": {"inputs": [{"name": "orders"}]},
    "an input with an endless name": {"inputs": [dataset("x" * 2_001)]},
    "facets that are a list": {"job": {"namespace": "a", "name": "b", "facets": []}},
    "a facet that is text": {"job": {"namespace": "a", "name": "b", "facets": {"sql": "select 1"}}},
    "a run id that is no UUID": {"run": {"runId": "run-1"}},
    "a large unknown facet": {"run": {"runId": RUN, "facets": {"mine": {"text": "x" * (LONGEST_UNKNOWN + 1)}}}},
}


@pytest.mark.parametrize("more", TOLERABLE.values(), ids=TOLERABLE)
def test_what_can_be_borne_is_taken_with_a_note(more: dict[str, Any]):
    assert read(run_event() | more).notes


@pytest.mark.parametrize(
    ("payload", "pointer"),
    [
        ([run_event()], ""),
        ("START", ""),
        (None, ""),
        ({}, "/job"),
        ({"run": {"runId": RUN}, "eventTime": "2026-11-20T04:12:28Z"}, "/job"),
        (run_event() | {"eventTime": "yesterday"}, "/eventTime"),
        (run_event() | {"eventTime": 1_800_000_000}, "/eventTime"),
        (run_event() | {"eventTime": "9999-12-31T23:59:59-12:00"}, "/eventTime"),
        (run_event() | {"job": {"namespace": "shop.batch", "name": None}}, "/job"),
        (run_event() | {"job": ["nightly"]}, "/job"),
        (run_event() | {"run": {}}, "/run/runId"),
        (run_event() | {"run": "run-1"}, "/run/runId"),
        ({"eventTime": "2026-11-20T04:12:28Z", "dataset": {"name": "orders"}}, "/dataset"),
    ],
)
def test_what_names_nothing_is_refused_with_the_place(payload: Any, pointer: str):
    with pytest.raises(Refused) as refused:
        read(payload)
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_runs_of_two_jobs_with_one_poor_id_are_two():
    one, other = (read(run_event(job=job, run="run-1")) for job in ("nightly", "hourly"))

    assert one.run_id != other.run_id
    assert one.run_id == read(run_event(job="nightly", run="run-1")).run_id


def test_text_no_database_stores_is_replaced():
    event = read(run_event(job="nigh\0tly\ud800", outputs=[dataset('☕."O\'Neill"; drop table x --')]))

    assert event.job == ("shop.batch", "nigh\ufffdtly?")
    assert event.outputs[0].name.name == '☕."O\'Neill"; drop table x --'


def test_unknown_facets_are_kept_as_they_came():
    facet = {"_producer": "p", "_schemaURL": "s", "deep": {"list": [1, {"two": None}]}}

    assert read(run_event() | {"run": {"runId": RUN, "facets": {"mine": facet}}}).run_facets == {"mine": facet}
