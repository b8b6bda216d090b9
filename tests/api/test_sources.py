"""Sources and runs over REST."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset, Source
from harvest import services
from harvest.models import Run, RunProblem, Schedule
from permissions.models import OptOutRule, User
from tests.api.conftest import JSON, every, program, read
from tests.factories import DatasetFactory, DomainFactory, RuleFactory, SourceFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/sources/crm"


@pytest.fixture(autouse=True)
def _no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvest.services.send", lambda run: True)


@pytest.fixture
def several(customers: Dataset, bob: User) -> Source:
    SourceFactory.create(slug="hr", name="HR", kind="mysql", owner=bob, domain=DomainFactory.create(slug="people"))
    retired = SourceFactory.create(slug="old", name="Old")
    services.retire_source(source=retired, actor=None)
    return customers.source


def slugs(person: User, **wanted: Any) -> set[str]:
    return {item["slug"] for item in every(program(person), "sources", limit=1, **wanted)}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, {"crm", "hr", "old"}),
        ({"retired": "false"}, {"crm", "hr"}),
        ({"retired": "true"}, {"old"}),
        ({"kind": "mysql"}, {"hr"}),
        ({"owner": ["alice", "bob"]}, {"crm", "hr"}),
        ({"domain": "people"}, {"hr"}),
        ({"name": "cr"}, {"crm"}),
    ],
)
def test_filters_narrow_sources_to_exactly_these(several: Source, alice: User, wanted: Any, found: set[str]) -> None:
    assert slugs(alice, **wanted) == found


def test_a_hidden_source_is_nowhere(several: Source, charlie: User, hidden_from_charlie: OptOutRule) -> None:
    Run.objects.create(source=several, state="succeeded")
    assert slugs(charlie) == {"hr", "old"}
    assert every(program(charlie), "runs") == []
    read(program(charlie), "sources/crm", 404)
    read(program(charlie), "sources/crm/runs", 404)


def test_of_a_closed_source_one_learns_its_name_and_why(several: Source, charlie: User, alice: User) -> None:
    RuleFactory.create(
        label="source:crm", level="read", people=[charlie], owner=alice, reason="A merger, not yet told."
    )
    Run.objects.create(source=several, state="succeeded")
    (told,) = every(program(charlie), "sources", name="crm")
    assert set(told) == {"slug", "name", "kind", "restricted"}
    assert told["restricted"]["rules"][0]["reason"] == "A merger, not yet told."
    assert read(program(charlie), "sources/crm", 403)["level"] == "read"
    assert every(program(charlie), "runs") == []


def test_counts_are_of_datasets_that_one_may_know_of(several: Source, charlie: User, alice: User) -> None:
    DatasetFactory.create(source=several, name="secret", tags=["secret"])
    assert read(program(charlie), "sources/crm")["dataset_count"] == 2
    RuleFactory.create(label="tag:secret", level="discover", people=[charlie], owner=alice)
    assert read(program(charlie), "sources/crm")["dataset_count"] == 1


def test_how_to_reach_a_source_holds_no_secret(several: Source, alice: User) -> None:
    several.secrets = {"password": "hunter2"}
    several.save()
    told = str(read(program(alice), "sources/crm"))
    assert "hunter2" not in told
    assert "sealed" not in told


# --- changing one


def patch(client: Client, values: dict[str, Any], tag: str | None = None) -> Any:
    headers = {"If-Match": tag} if tag else {}
    return client.patch(ADDRESS, values, content_type=JSON, headers=headers)


@pytest.fixture
def writer(alice: User, crm: Source) -> Client:
    return program(alice, "read", "write")


def test_the_manager_changes_what_they_have_read(writer: Client) -> None:
    tag = writer.get(ADDRESS)["ETag"]
    changed = patch(writer, {"description": "Who buys.", "schedule": "0 3 * * *"}, tag)
    assert changed.status_code == 200
    assert (changed.json()["description"], changed.json()["schedule"]) == ("Who buys.", "0 3 * * *")
    assert Schedule.objects.get().cron == "0 3 * * *"
    assert changed["ETag"] == writer.get(ADDRESS)["ETag"] != tag


def test_what_is_left_out_stays(writer: Client) -> None:
    patch(writer, {"description": "Who buys."}, "*")
    patch(writer, {"schedule": "0 3 * * *"}, "*")
    told = patch(writer, {"schedule": ""}, "*").json()
    assert (told["description"], told["schedule"]) == ("Who buys.", "")


def test_nothing_is_overwritten_unread(writer: Client) -> None:
    tag = writer.get(ADDRESS)["ETag"]
    assert patch(writer, {"description": "First."}).status_code == 428
    assert patch(writer, {"description": "First."}, tag).status_code == 200
    assert patch(writer, {"description": "Second."}, tag).status_code == 412
    assert Source.objects.get().description == "First."


def test_a_proxy_that_compresses_makes_a_tag_weak(writer: Client) -> None:
    assert patch(writer, {"description": "First."}, f"W/{writer.get(ADDRESS)['ETag']}").status_code == 200


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"schedule": "often"}, "#/schedule"),
        ({"schedule": "99 * * * *"}, "#/schedule"),
        ({"description": "a\0b"}, "#/description"),
        ({"description": "x" * 10_001}, "#/description"),
        ({"description": None}, "#/description"),
        ({"owner": "bob"}, "#/owner"),
        ({"a/b~c": 1}, "#/a~1b~0c"),
    ],
)
def test_a_change_that_does_not_fit_is_pointed_at(writer: Client, values: dict[str, Any], pointer: str) -> None:
    answer = patch(writer, values, "*")
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_others_change_nothing(crm: Source, bob: User) -> None:
    assert patch(program(bob, "read", "write"), {"description": "Mine."}, "*").status_code == 403


def test_a_token_that_only_reads_changes_nothing(crm: Source, alice: User) -> None:
    assert patch(program(alice), {"description": "Mine."}, "*").json()["scope"] == "write"


def test_a_retired_source_is_not_changed_or_harvested(crm: Source, alice: User) -> None:
    services.retire_source(source=crm, actor=alice)
    client = program(alice, "read", "write", "harvest")
    assert patch(client, {"schedule": "0 3 * * *"}, "*").status_code == 409
    assert client.post(f"{ADDRESS}/runs", {}, content_type=JSON).status_code == 409


# --- runs


@pytest.fixture
def runs(several: Source) -> list[Run]:
    other = Source.objects.get(slug="hr")
    made = [
        Run.objects.create(source=several, state="failed"),
        Run.objects.create(source=other, state="succeeded"),
        Run.objects.create(source=several, state="succeeded", added=2),
    ]
    RunProblem.objects.create(run=made[2], object="public.leads", message="no right", phase="read")
    return made


def ids(person: User, path: str = "runs", **wanted: Any) -> list[int]:
    return [item["id"] for item in every(program(person), path, limit=1, **wanted)]


def test_runs_come_the_newest_first(runs: list[Run], bob: User) -> None:
    first, second, third = (run.pk for run in runs)
    assert ids(bob) == [third, second, first]
    assert ids(bob, source="crm") == ids(bob, "sources/crm/runs") == [third, first]
    assert ids(bob, state=["succeeded"]) == [third, second]
    assert ids(bob, source="nothing") == []


def test_a_run_tells_its_counters_and_problems(runs: list[Run], bob: User) -> None:
    told = read(program(bob), f"runs/{runs[2].pk}")
    assert told["counters"]["added"] == 2
    assert told["problems"] == [{"object": "public.leads", "message": "no right", "phase": "read"}]


def test_counts_are_not_told_where_something_is_hidden(
    runs: list[Run], customers: Dataset, alice: User, charlie: User
) -> None:
    RuleFactory.create(label="dataset:crm.public.customers", level="discover", people=[charlie], owner=alice)
    counters = {item["id"]: item["counters"] for item in every(program(charlie), "runs")}
    assert [counters[run.pk] is None for run in runs] == [True, False, True]
    told = read(program(charlie), f"runs/{runs[2].pk}")
    assert (told["counters"], told["problems"]) == (None, None)


def test_a_program_starts_and_stops_a_harvest(crm: Source, alice: User) -> None:
    client = program(alice, "read", "harvest")
    started = client.post(f"{ADDRESS}/runs", {"dry": True}, content_type=JSON)
    assert (started.status_code, started.json()["state"], started.json()["trigger"]) == (201, "queued", "api")
    again = client.post(f"{ADDRESS}/runs", {}, content_type=JSON)
    assert (again.status_code, again.json()["run"]) == (409, started.json()["id"])
    stopped = client.post(f"/api/v1/runs/{started.json()['id']}/cancel", {}, content_type=JSON)
    assert (stopped.status_code, stopped.json()["state"]) == (200, "cancelled")
