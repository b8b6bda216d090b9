"""What events become in the store, in whatever order, and whoever dies meanwhile."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from redis import ConnectionError as RedisAway

from lineage.models import Edge, FieldEdge, Job, ReceivedEvent, Reported, Run
from lineage.receiving import poking, working
from lineage.receiving.accepting import Sender, accept_events
from lineage.receiving.keeping import remove_old
from lineage.receiving.projecting import project
from lineage.receiving.working import SPACE, rework, work, work_subject
from lineage.tasks import sweep_events
from tests.examples import examples
from tests.lineage.openlineage.making import RUN, dataset, expected, recorded, run_event
from tests.lineage.openlineage.test_merging import some_event

pytestmark = pytest.mark.django_db
NOBODY = Sender(None)
ORDERS, REVENUE = dataset("shop.raw.orders"), dataset("shop.mart.revenue")


def take(*payloads: Any) -> None:
    """Accept events, and work them all."""
    accept_events(payloads=payloads, sender=NOBODY)
    while work(60):
        pass


def store() -> dict[str, Any]:
    """All that events have become, without the ids of rows."""
    return {
        "jobs": set(
            Job.objects.values_list("namespace", "name", "first_seen_at", "last_seen_at", "code", "description")
        ),
        "runs": set(
            Run.objects.values_list("run_id", "job__name", "state", "started_at", "ended_at", "parent__run_id", "error")
        ),
        "facets": {run.run_id: run.facets for run in Run.objects.all()},
        "edges": set(
            Edge.objects.values_list(
                "upstream__name", "downstream__name", "job__name", "first_seen_at", "last_seen_at", "closed_at"
            )
        ),
        "fields": set(
            FieldEdge.objects.values_list(
                "edge__upstream__name",
                "upstream_path",
                "edge__downstream__name",
                "downstream_path",
                "step",
                "closed_at",
            )
        ),
        "states": set(Reported.objects.values_list("kind", "namespace", "name", "state", "parent")),
    }


def empty() -> None:
    for model in (ReceivedEvent, Reported, Job):
        model.objects.all().delete()


@examples(8)
@given(events=st.lists(some_event(), min_size=1, max_size=6), data=st.data())
def test_any_order_and_any_portions_end_in_the_same_store(
    db: None, events: list[dict[str, Any]], data: st.DataObject
) -> None:
    empty()
    take(*events)
    once = store()
    empty()
    for event in data.draw(st.permutations(events)):
        take(event)
        ReceivedEvent.objects.all().delete()
        take(event)
    assert store() == once


@pytest.mark.parametrize("name", ["python-client", "airflow-scheduler-bakery_daily", "dbt-pg-build-structured-logs"])
def test_recorded_events_in_any_order_end_in_the_same_store(name: str) -> None:
    events = recorded(name)
    take(*events)
    once = store()
    empty()
    random.shuffle(events)
    for at in range(0, len(events), 40):
        take(*events[at : at + 40])

    assert store() == once


@pytest.mark.parametrize("name", ["python-client", "airflow-scheduler-bakery_daily", "airflow-dagstest-bakery_daily"])
def test_runs_and_edges_are_those_of_the_recording(name: str) -> None:
    take(*recorded(name))
    told = expected(name)
    state = {"COMPLETE": "completed", "FAIL": "failed", "ABORT": "aborted", "START": "running", "RUNNING": "running"}

    runs = {str(run.run_id): (str(run.job), run.state) for run in Run.objects.select_related("job")}
    assert runs == {run: (one["job"].partition("|")[2], state[one["state"]]) for run, one in told["runs"].items()}
    parents = {str(run.run_id): str(run.parent.run_id) for run in Run.objects.select_related("parent") if run.parent}
    assert parents == {run: one["parent"] for run, one in told["runs"].items() if one["parent"] in told["runs"]}
    edges = {
        (f"{up}|{upstream}", f"{space}|{job}", f"{down}|{downstream}")
        for up, upstream, space, job, down, downstream in Edge.objects.values_list(
            "upstream__namespace",
            "upstream__name",
            "job__namespace",
            "job__name",
            "downstream__namespace",
            "downstream__name",
        )
    }
    wanted = {tuple(edge) for edge in told["edges_input_job_output"] if "generate_series" not in edge[0]}
    assert edges == wanted


def test_one_job_of_a_model_and_its_real_inputs() -> None:
    """What dbt's producer says is put right: seeds it leaves out, datasets it invents, jobs it multiplies."""
    take(*recorded("dbt-duckdb-build"))

    assert set(Job.objects.filter(name__startswith="model.").values_list("name", flat=True)) == {
        *(f"model.bakehouse.{name}" for name in ("customers", "daily_revenue", "orders", "stg_customers", "stg_orders",
                                                  "stg_payments")),
        *(f"model.bakehouse.{name}.test" for name in ("customers", "orders", "stg_customers", "stg_orders",
                                                      "stg_payments")),
    }  # fmt: skip
    edges = Edge.objects.filter(job__name="model.bakehouse.stg_orders")
    assert set(edges.values_list("upstream__name", flat=True)) == {"bakehouse.analytics_raw.raw_orders"}
    phantoms = Edge.objects.exclude(upstream__name__contains=".")
    assert not phantoms.exists()
    orders = Edge.objects.filter(job__name="model.bakehouse.orders").values_list("upstream__name", flat=True)
    assert "bakehouse.erp.deliveries_v2" in orders
    assert "bakehouse.erp.deliveries" not in orders


def test_runs_of_models_are_children_of_the_run_of_dbt() -> None:
    take(*recorded("dbt-duckdb-build"))

    assert Run.objects.filter(parent__job__name="dbt-run-bakehouse").count() == 14


def test_a_parent_that_comes_last_is_linked() -> None:
    parent = "01a1f727-e2ab-7848-b23d-9034518a7ad4"
    facet = {"parent": {"run": {"runId": parent}, "job": {"namespace": "shop.batch", "name": "dag"}}}
    take(run_event() | {"run": {"runId": RUN, "facets": facet}})
    assert Run.objects.get(run_id=RUN).parent is None

    take(run_event(job="dag", run=parent))
    assert str(Run.objects.get(run_id=RUN).parent.run_id) == parent  # type: ignore[union-attr]


def test_an_edge_that_came_back_is_one_edge() -> None:
    days = [run_event(at=f"2026-{month:02}-01T04:00:00Z", run=f"01a1f727-e2ab-7848-b23d-90345180000{month}",
                      inputs=[ORDERS] if month != 2 else [dataset("shop.raw.refunds")], outputs=[REVENUE])
            for month in (1, 2, 3)]  # fmt: skip
    take(*days[:2])
    assert set(Edge.objects.current().values_list("upstream__name", flat=True)) == {"shop.raw.refunds"}

    take(days[2])
    assert set(Edge.objects.current().values_list("upstream__name", flat=True)) == {"shop.raw.orders"}
    assert Edge.objects.count() == 2


def test_one_that_cannot_be_worked_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    real = project

    def poisoned(before: Any, after: Any) -> None:
        if any("poison" in state.get("facets", {}) for state in after.values()):
            raise ZeroDivisionError("a fault of ours")
        real(before, after)

    monkeypatch.setattr(working, "project", poisoned)
    job = {"namespace": "shop.batch", "name": "nightly", "facets": {"poison": {}}}
    take(run_event("START"), run_event("RUNNING") | {"job": job}, run_event("COMPLETE"))

    states = dict(ReceivedEvent.objects.values_list("event_type", "state"))
    assert states == {"START": "understood", "RUNNING": "failed", "COMPLETE": "understood"}
    assert "ZeroDivisionError" in ReceivedEvent.objects.get(state="failed").notes[0]
    assert Run.objects.get().state == Run.State.COMPLETED

    monkeypatch.setattr(working, "project", real)
    assert rework() == 1
    assert work(60) is False
    assert set(ReceivedEvent.objects.values_list("state", flat=True)) == {"understood"}


def test_without_redis_events_are_stored_and_the_sweep_works_them(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def add(self, *args: Any) -> None:
            raise RedisAway("Connection refused")

    monkeypatch.setattr(poking, "cache", Away())
    accept_events(payloads=[run_event()], sender=NOBODY)
    poking.poke()
    assert ReceivedEvent.objects.get().state == "waiting"

    sweep_events()
    assert ReceivedEvent.objects.get().state == "understood"


def test_old_events_are_removed_and_what_they_said_stays(settings: Any) -> None:
    take(run_event("START", inputs=[ORDERS], outputs=[REVENUE]))
    accept_events(payloads=[run_event("COMPLETE")], sender=NOBODY)
    long_ago = timezone.now() - timedelta(days=settings.LINEAGE_EVENT_DAYS + 1)
    ReceivedEvent.objects.update(received_at=long_ago)

    assert remove_old() == 1
    assert ReceivedEvent.objects.get().state == "waiting"
    assert Edge.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_another_worker_holds_is_left_to_it() -> None:
    accept_events(payloads=[run_event()], sender=NOBODY)
    subject = ReceivedEvent.objects.get().subject
    with other_session() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [SPACE, subject])
        assert work_subject(subject) == 0
    assert work_subject(subject) == 1


@contextmanager
def other_session() -> Iterator[Any]:
    with closing(connection.copy()) as other, other.cursor() as cursor:
        yield cursor


WORKER = """
import sys
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
from lineage.receiving.projecting import project
from lineage.receiving.working import work
print("working", flush=True)
work(100)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_nothing() -> None:
    jobs, runs = 40, 30
    events = [
        run_event(kind, f"2026-11-19T04:{number:02}:00Z", job=f"job_{job}",
                  run=f"01a1f727-e2ab-7848-{job:04}-{number:012}",
                  inputs=[dataset(f"shop.raw.t{number}")], outputs=[dataset(f"shop.mart.m{job}")])
        for number in range(runs) for job in range(jobs) for kind in ("START", "COMPLETE")
    ]  # fmt: skip
    accept_events(payloads=events, sender=NOBODY)
    total = ReceivedEvent.objects.count()
    assert total == 2 * jobs * runs
    seen = []
    for _ in range(3):
        worker = start_worker()
        done = wait_for_some_more(worker)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        seen.append(done)
    assert seen[0] < total

    sweep_events()

    assert ReceivedEvent.objects.filter(state="understood").count() == total
    assert Run.objects.filter(state=Run.State.COMPLETED).count() == jobs * runs
    assert Edge.objects.count() == jobs * runs


def start_worker() -> subprocess.Popen[str]:
    name = str(connection.settings_dict["NAME"])
    worker = subprocess.Popen([sys.executable, "-c", WORKER, name], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == "working"
    return worker


def wait_for_some_more(worker: subprocess.Popen[str]) -> int:
    """Wait until the worker has worked some, and is at the next."""
    understood = ReceivedEvent.objects.filter(state="understood")
    before, until = understood.count(), time.monotonic() + 60
    while understood.count() == before and worker.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    return understood.count()
