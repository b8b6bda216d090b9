"""Events in any order, any number of times, end alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.openlineage.events import Event, Kind, Type
from lineage.openlineage.facets import DatasetName, JobName
from lineage.openlineage.lattice import State, join
from lineage.openlineage.merging import Key, edges_of, facets_of, job_of, merged, outcome, run_key_of
from tests.lineage.openlineage.making import RUN, SHOP, dataset, read, run_event

PATIENT = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60, deadline=None)  # busy machines
TABLES = [dataset(name) for name in ("shop.raw.orders", "shop.raw.refunds", "shop.mart.revenue")]
RUNS = (RUN, "01a1f727-e2ab-7848-b23d-9034518a7ad4")
JOB = Key(Kind.JOB, "shop.batch", "nightly")


@st.composite
def some_event(draw: st.DrawFn) -> dict[str, Any]:
    """Events that agree, differ, and contradict each other about few things."""
    facet = {"schema": {"fields": [{"name": draw(st.sampled_from("abc"))}]}, "mine": {"_deleted": draw(st.booleans())}}
    lineage = {
        "columnLineage": {"fields": {"a": {"inputFields": [TABLES[0] | {"field": draw(st.sampled_from("xy"))}]}}}
    }
    event = run_event(
        draw(st.sampled_from([*Type, None])),
        f"2025-11-{draw(st.integers(1, 28)):02}T04:00:00Z",
        job=draw(st.sampled_from(("nightly", "hourly"))),
        run=draw(st.sampled_from(RUNS)),
        inputs=draw(st.lists(st.sampled_from([one | {"facets": facet} for one in TABLES]), max_size=2)),
        outputs=draw(st.lists(st.sampled_from([one | {"facets": lineage} for one in TABLES]), max_size=2)),
    )
    if draw(st.booleans()):
        del event["run"]
    return event


@PATIENT
@given(events=st.lists(some_event(), min_size=1, max_size=8), data=st.data())
def test_any_order_and_any_repetition_ends_alike(events: list[dict[str, Any]], data: st.DataObject):
    read_once = [read(event) for event in events]
    again = data.draw(st.permutations(read_once + data.draw(st.lists(st.sampled_from(read_once), max_size=4))))
    cut = data.draw(st.integers(0, len(again)))

    assert merged(merged({}, again[:cut]), again[cut:]) == merged({}, read_once)


@PATIENT
@given(events=st.lists(some_event(), min_size=3, max_size=3))
def test_joining_is_a_semilattice(events: list[dict[str, Any]]):
    def joined(one: dict[Key, State], other: dict[Key, State]) -> dict[Key, State]:
        return {key: join(one.get(key), other.get(key)) for key in one.keys() | other.keys()}

    a, b, c = (merged({}, [read(event)]) for event in events)

    assert joined(a, a) == a
    assert joined(a, b) == joined(b, a)
    assert joined(joined(a, b), c) == joined(a, joined(b, c))


def states(*events: dict[str, Any]) -> dict[Key, State]:
    return merged({}, map(read, events))


def run_of(events: Iterable[Event]) -> State:
    return merged({}, events)[run_key_of(UUID(RUN))]


def test_what_one_event_reads_flows_into_what_another_writes():
    known = states(
        run_event("START", "2026-11-20T04:00:00Z", inputs=[TABLES[0]]),
        run_event("COMPLETE", "2026-11-20T04:05:00Z", outputs=[TABLES[2]]),
    )
    (edge,) = edges_of(known[JOB])

    assert edge.upstream == DatasetName(SHOP, "shop.raw.orders")
    assert edge.downstream == DatasetName(SHOP, "shop.mart.revenue")
    assert (edge.first_seen.minute, edge.last_seen.minute) == (0, 5)
    assert edge.closed is None


def test_a_dataset_does_not_flow_into_itself():
    assert not list(edges_of(states(run_event(inputs=[TABLES[0]], outputs=[TABLES[0]]))[JOB]))


def test_an_edge_is_over_once_the_job_went_on_a_week_without_it():
    once = run_event("COMPLETE", "2026-11-01T04:00:00Z", run=RUNS[0], inputs=[TABLES[0]], outputs=[TABLES[2]])
    later = run_event("COMPLETE", "2026-11-09T04:00:00Z", run=RUNS[1], inputs=[TABLES[1]], outputs=[TABLES[2]])

    closed = {edge.upstream.name: edge.closed for edge in edges_of(states(once, later)[JOB])}

    assert closed == {"shop.raw.orders": datetime(2026, 11, 8, 4, tzinfo=UTC), "shop.raw.refunds": None}


def test_a_run_that_failed_keeps_what_it_flowed_open():
    once = run_event("COMPLETE", "2026-11-01T04:00:00Z", run=RUNS[0], inputs=[TABLES[0]], outputs=[TABLES[2]])
    failed = run_event("FAIL", "2026-11-19T04:00:00Z", run=RUNS[1], outputs=[TABLES[2]])

    assert [edge.closed for edge in edges_of(states(once, failed)[JOB])] == [None]


def test_the_latest_end_of_a_run_holds_whenever_it_came():
    start = read(run_event("START", "2026-11-20T04:00:00Z"))
    failed = read(run_event("FAIL", "2026-11-20T04:05:00Z"))
    completed = read(run_event("COMPLETE", "2026-11-20T04:09:00Z"))

    assert outcome(run_of([completed, start, failed])).state is Type.COMPLETE
    ran = outcome(run_of([failed, start]))
    assert (ran.state, ran.started, ran.ended) == (Type.FAIL, start.time, failed.time)


def test_a_run_that_only_began_is_running():
    assert outcome(run_of([read(run_event("START"))])).state is Type.START
    assert outcome(run_of([read(run_event("RUNNING")), read(run_event("START"))])).state is Type.RUNNING


def test_two_jobs_that_claim_one_run_stay_apart():
    one = run_event("START", "2026-11-20T04:00:00Z", job="nightly", inputs=[TABLES[0]])
    other = run_event("COMPLETE", "2026-11-20T04:05:00Z", job="hourly", outputs=[TABLES[2]])
    known = states(one, other)

    assert not list(edges_of(known[JOB]))
    assert job_of(known[run_key_of(UUID(RUN))]) == JobName("shop.batch", "nightly")


def test_a_later_facet_holds_and_a_deleted_one_is_gone():
    job = {"namespace": "shop.batch", "name": "nightly"}
    told = run_event(at="2026-11-20T04:00:00Z") | {"job": job | {"facets": {"documentation": {"description": "a"}}}}
    newer = run_event(at="2026-11-20T05:00:00Z") | {"job": job | {"facets": {"documentation": {"description": "b"}}}}
    gone = run_event(at="2026-11-20T06:00:00Z") | {"job": job | {"facets": {"documentation": {"_deleted": True}}}}

    assert facets_of(states(newer, told)[JOB]) == {"documentation": {"description": "b"}}
    assert facets_of(states(gone, newer, told)[JOB]) == {}
