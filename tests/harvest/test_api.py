"""Runs over REST."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.models import Dataset, Source
from harvest.models import Run, RunProblem
from permissions.models import OptOutRule, User
from tests.cast import signed_in
from tests.factories import RuleFactory


@pytest.fixture(autouse=True)
def _no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvest.services.send", lambda run: True)


@pytest.fixture
def run(customers: Dataset) -> Run:
    entry = {"id": customers.pk, "path": "public.customers", "kind": "table"}
    new = {"id": 10**9, "path": "public.leads", "kind": "table"}
    done = Run.objects.create(
        source=customers.source, state="succeeded", added=2, diff={"added": [entry, new], "changed": []}
    )
    RunProblem.objects.create(run=done, object="public.customers", message="no right", phase="read")
    return done


def test_the_owner_starts_a_harvest(as_alice: Client, crm: Source) -> None:
    answer = as_alice.post("/api/v1/sources/crm/runs", {"dry": True}, content_type="application/json")

    assert answer.status_code == 201
    assert answer.json()["state"] == "queued"
    assert Run.objects.get().dry is True


def test_a_second_start_names_the_run_under_way(as_alice: Client, crm: Source) -> None:
    first = as_alice.post("/api/v1/sources/crm/runs", content_type="application/json").json()

    second = as_alice.post("/api/v1/sources/crm/runs", content_type="application/json")

    assert (second.status_code, second.json()["run"]) == (409, first["id"])


def test_others_may_watch_but_not_start(as_bob: Client, run: Run) -> None:
    assert as_bob.get(f"/api/v1/runs/{run.pk}").json()["counters"]["added"] == 2
    assert as_bob.post("/api/v1/sources/crm/runs", content_type="application/json").status_code == 403
    assert as_bob.post(f"/api/v1/runs/{run.pk}/cancel", content_type="application/json").status_code == 403
    assert as_bob.post(f"/api/v1/runs/{run.pk}/confirm", content_type="application/json").status_code == 403


def test_the_runs_of_a_hidden_source_do_not_exist(as_charlie: Client, run: Run) -> None:
    for address in (f"/api/v1/runs/{run.pk}", "/api/v1/sources/crm/runs"):
        assert as_charlie.get(address).status_code == 404
    assert as_charlie.post("/api/v1/sources/crm/runs", content_type="application/json").status_code == 404


def test_strangers_are_asked_to_sign_in(run: Run, client: Client) -> None:
    assert client.get(f"/api/v1/runs/{run.pk}").status_code == 401


@pytest.mark.parametrize("label", ["dataset:crm.public.customers", "dataset:crm.public.leads"])
def test_a_hidden_dataset_is_hidden_in_the_diff_and_the_counts(
    run: Run, alice: User, charlie: User, label: str
) -> None:
    _hide(label, alice, charlie)

    seen = signed_in(charlie).get(f"/api/v1/runs/{run.pk}").json()

    hidden = label.removeprefix("dataset:crm.")
    assert hidden not in [entry["path"] for entry in seen["diff"]["added"]]
    assert len(seen["diff"]["added"]) == 1


def test_counts_are_not_told_to_whom_a_dataset_is_hidden(run: Run, alice: User, charlie: User) -> None:
    _hide("dataset:crm.public.customers", alice, charlie)

    assert signed_in(charlie).get(f"/api/v1/runs/{run.pk}").json()["counters"] is None


def _hide(label: str, owner: User, person: User) -> OptOutRule:
    return RuleFactory.create(label=label, level="discover", owner=owner, people=[person])


def test_a_run_that_ended_cannot_be_cancelled_or_confirmed(as_alice: Client, run: Run) -> None:
    assert as_alice.post(f"/api/v1/runs/{run.pk}/cancel", content_type="application/json").status_code == 409
    assert as_alice.post(f"/api/v1/runs/{run.pk}/confirm", content_type="application/json").status_code == 409


def test_agreeing_starts_a_harvest_that_may_archive(as_alice: Client, run: Run) -> None:
    Run.objects.update(state="confirm")

    answer = as_alice.post(f"/api/v1/runs/{run.pk}/confirm", content_type="application/json")

    assert answer.status_code == 201
    assert Run.objects.get(pk=answer.json()["id"]).confirmed is True
