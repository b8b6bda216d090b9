"""Which jobs are late, because of what, and who may know."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Dataset
from lineage.models import Edge, Job, Run
from lineage.pulse import take_pulse
from lineage.recording import record_job
from lineage.standing import BAD, Standing, causes_of, standing_like, standing_of, waiting_for
from permissions.models import User
from tests.cast import signed_in
from tests.factories import DatasetFactory, EdgeFactory, NodeFactory, RuleFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
Told = Callable[..., Job]


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def job(now: datetime) -> Told:
    """A job by its name and what it reads and makes; it ran daily for ten minutes, last `ago`, and ended as `last`."""

    def make(
        name: str, reads: Dataset, makes: Dataset, *, ago: timedelta = timedelta(hours=2), last: str = "completed",
        runs: int = 8,
    ) -> Job:  # fmt: skip
        job = record_job(namespace="etl", name=name, seen_at=now, code="SELECT 1")
        for number in range(runs):
            begun = now - ago - number * DAY
            state = "completed" if number else last
            ended = None if state == "running" else begun + timedelta(minutes=10)
            Run.objects.create(job=job, run_id=uuid.uuid4(), state=state, started_at=begun, ended_at=ended,
                               error="pay.csv is missing" if state == "failed" else "")  # fmt: skip
        upstream, downstream = NodeFactory.create(dataset=reads), NodeFactory.create(dataset=makes)
        EdgeFactory.create(upstream=upstream, downstream=downstream, job=job, origin=Edge.Origin.OPENLINEAGE)
        take_pulse([job.pk])
        job.refresh_from_db()
        return job

    return make


@pytest.fixture
def tables() -> list[Dataset]:
    return DatasetFactory.create_batch(5)


def test_a_rhythm_is_learnt_and_a_missed_run_is_late(job: Told, tables: list[Dataset], now: datetime) -> None:
    daily = job("daily", tables[0], tables[1])
    assert (daily.usual_seconds, daily.every_seconds) == (600, 86_400)
    assert daily.due_at == now - timedelta(hours=2) + DAY + timedelta(minutes=10, hours=2.4)
    assert standing_of(daily, now) is Standing.FINE
    assert standing_of(daily, now + 2 * DAY) is Standing.LATE


def test_what_has_no_rhythm_is_never_late(job: Told, tables: list[Dataset], now: datetime) -> None:
    rare = job("rare", tables[0], tables[1], runs=3)
    assert rare.due_at is None
    assert standing_of(rare, now + 90 * DAY) is Standing.FINE


def test_weekends_are_no_alarm_and_retries_no_rhythm(job: Told, tables: list[Dataset], now: datetime) -> None:
    work = job("workdays", tables[0], tables[1], runs=0)
    days = [now - (number + 2 * (number // 5)) * DAY for number in range(20)]
    for day in days:
        for attempt in range(3):
            begun = day + attempt * timedelta(minutes=5)
            Run.objects.create(job=work, run_id=uuid.uuid4(), started_at=begun, ended_at=begun + timedelta(minutes=1),
                               nominal_start_at=day, state="completed" if attempt == 2 else "failed")  # fmt: skip
    take_pulse([work.pk])
    work.refresh_from_db()
    assert work.every_seconds == 86_400
    assert standing_of(work, now + 2 * DAY) is Standing.FINE
    assert standing_of(work, now + 5 * DAY) is Standing.LATE


def test_each_standing_is_found_by_its_condition(job: Told, tables: list[Dataset], now: datetime) -> None:
    a, b = tables[:2]
    made = [
        job("fine", a, b), job("failed", a, b, last="failed"), job("late", a, b, ago=3 * DAY),
        job("running", a, b, last="running", ago=timedelta(minutes=5)), job("long", a, b, last="running"),
        job("silent", a, b, runs=0),
    ]  # fmt: skip
    assert [WANTED[one.name] for one in made] == [standing_of(one, now) for one in made]
    for standing in Standing:
        found = set(Job.objects.filter(standing_like(standing, now)).values_list("name", flat=True))
        assert found == {name for name, wanted in WANTED.items() if wanted is standing}


WANTED = {
    "fine": Standing.FINE, "failed": Standing.FAILED, "late": Standing.LATE, "running": Standing.RUNNING,
    "long": Standing.LONG, "silent": Standing.SILENT,
}  # fmt: skip


@pytest.fixture
def chain(job: Told, tables: list[Dataset]) -> list[Job]:
    """The first failed, the second and third are late since; the fourth reads elsewhere and is fine."""
    return [
        job("load", tables[0], tables[1], last="failed"),
        job("clean", tables[1], tables[2], ago=3 * DAY),
        job("report", tables[2], tables[3], ago=3 * DAY),
        job("other", tables[0], tables[4]),
    ]


def test_what_is_late_is_late_because_of_what_failed_first(chain: list[Job], bob: User, now: datetime) -> None:
    load, clean, report, _ = chain
    told = {pk: [cause.job.name for cause in causes] for pk, causes in causes_of(bob, chain, now).items()}
    assert told == {clean.pk: ["load"], report.pk: ["load"]}
    assert [job.name for job in waiting_for(bob, load, now)] == ["clean", "report"]


def test_views_between_two_jobs_are_on_the_way_as_far_as_they_are_open(
    job: Told, tables: list[Dataset], bob: User, now: datetime
) -> None:
    nodes = [NodeFactory.create(dataset=one) for one in tables]
    job("load", tables[0], tables[1], last="failed")
    EdgeFactory.create(upstream=nodes[1], downstream=nodes[2])
    report = job("report", tables[2], tables[3], ago=3 * DAY)
    assert [cause.job.name for cause in causes_of(bob, [report], now)[report.pk]] == ["load"]
    EdgeFactory.create(upstream=nodes[1], downstream=nodes[4])
    EdgeFactory.create(upstream=nodes[4], downstream=nodes[2])
    Edge.objects.filter(upstream=nodes[1], downstream=nodes[2]).update(closed_at=now)
    Dataset.objects.filter(pk=tables[4].pk).update(labels=["tag:secret"])
    RuleFactory.create(label="tag:secret", level="read", people=[bob])
    assert causes_of(User.objects.get(pk=bob.pk), [report], now) == {}


def test_circles_of_late_jobs_end(job: Told, tables: list[Dataset], bob: User, now: datetime) -> None:
    there = job("there", tables[0], tables[1], ago=3 * DAY)
    back = job("back", tables[1], tables[0], ago=3 * DAY)
    told = causes_of(bob, [there, back], now)
    assert [cause.job for cause in told[there.pk]] == [back]


def test_the_pages_say_so_within_their_queries(
    chain: list[Job], as_bob: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    with django_assert_max_num_queries(25):  # type: ignore[attr-defined]
        page = as_bob.get("/lineage/jobs/")
    assert [line.job.name for line in page.context["found"].worst] == ["load", "clean", "report"] or {
        line.job.name for line in page.context["found"].worst
    } == {"load", "clean", "report"}
    assert page.context["found"].counts == {Standing.FAILED: 1, Standing.LATE: 2, Standing.FINE: 1}
    assert [line.job.name for line in as_bob.get("/lineage/jobs/?standing=late&q=CLEAN").context["found"].lines] == [
        "clean"
    ]
    with django_assert_max_num_queries(25):  # type: ignore[attr-defined]
        job = as_bob.get(f"/lineage/jobs/{chain[0].pk}/").content.decode()
    assert "2 jobs downstream stand badly too" in job
    assert "pay.csv is missing" in job


def test_over_rest(chain: list[Job], as_bob: Client) -> None:
    found = as_bob.get("/api/v1/jobs?standing=late&q=report").json()["items"]
    assert [(one["name"], [cause["name"] for cause in one["because_of"]]) for one in found] == [("report", ["load"])]
    load = as_bob.get(f"/api/v1/jobs/{chain[0].pk}").json()
    assert (load["standing"], [one["name"] for one in load["waiting"]]) == ("failed", ["clean", "report"])
    assert (load["runs"][0]["state"], load["runs"][0]["error"]) == ("failed", "pay.csv is missing")


@pytest.mark.parametrize("level", ["discover", "read"])
def test_a_job_that_touches_what_is_closed_is_no_cause(
    level: str, chain: list[Job], tables: list[Dataset], bob: User, now: datetime
) -> None:
    Dataset.objects.filter(pk=tables[0].pk).update(labels=["tag:secret"])
    RuleFactory.create(label="tag:secret", level=level, people=[bob])
    client = signed_in(bob)
    assert client.get(f"/lineage/jobs/{chain[0].pk}/").status_code == (404 if level == "discover" else 200)
    assert client.get(f"/lineage/jobs/{chain[1].pk}/").context["line"].causes == []
    assert "pay.csv" not in client.get(f"/lineage/jobs/{chain[0].pk}/").content.decode()
    assert client.get("/lineage/jobs/").context["found"].counts.get(Standing.FAILED, 0) == (level == "read")
    assert chain[1].pk not in causes_of(User.objects.get(pk=bob.pk), chain, now)
    assert all(standing_of(job, now) in BAD for job in chain[:3])
