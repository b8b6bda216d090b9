"""What producers are answered."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from catalog.models import Dataset
from lineage.models import Edge, Job, ReceivedEvent, Run
from permissions.models import OptOutRule, User
from tests.api.conftest import JSON, program
from tests.lineage.openlineage.making import RUN, dataset, recorded, run_event
from tests.lineage.receiving.conftest import Send

pytestmark = pytest.mark.django_db
WAITING, REFUSED, UNDERSTOOD = "waiting", "refused", "understood"


def test_an_event_is_stored_and_worked(send: Send) -> None:
    answer = send(run_event("COMPLETE", inputs=[dataset("shop.raw.orders")], outputs=[dataset("shop.mart.revenue")]))

    assert (answer.status_code, answer.content) == (201, b"")
    assert ReceivedEvent.objects.get().state == UNDERSTOOD
    assert Run.objects.get().state == Run.State.COMPLETED
    edge = Edge.objects.get()
    assert (edge.upstream.name, edge.downstream.name) == ("shop.raw.orders", "shop.mart.revenue")
    assert edge.job == Job.objects.get(namespace="shop.batch", name="nightly")


def test_an_event_is_acknowledged_only_once_it_is_stored(send: Send, unpoked: None) -> None:
    assert send(run_event()).status_code == 201

    event = ReceivedEvent.objects.get()
    assert event.state == WAITING
    assert json.loads(event.text) == run_event()
    assert event.sender is not None
    assert event.sender.username == "alice"


def test_the_same_event_twice_is_one(send: Send) -> None:
    assert [send(run_event()).status_code for _ in range(3)] == [201] * 3
    assert ReceivedEvent.objects.count() == 1


def test_a_gzip_body(send: Send) -> None:
    body = gzip.compress(json.dumps(run_event()).encode())

    assert send(body, **{"Content-Encoding": "gzip"}).status_code == 201
    assert ReceivedEvent.objects.get().state == UNDERSTOOD


def test_a_gzip_bomb_is_refused_in_words(send: Send) -> None:
    answer = send(gzip.compress(b" " * 60_000_000), **{"Content-Encoding": "gzip"})

    assert answer.status_code == 413
    assert "10,000,000 bytes" in answer.json()["detail"]


def test_an_event_of_five_megabytes(send: Send) -> None:
    fields = [{"name": f"column_{number}", "type": "text", "description": "x" * 90} for number in range(38_000)]
    event = run_event(outputs=[dataset("shop.mart.wide", facets={"schema": {"fields": fields}})])

    assert len(json.dumps(event)) > 5_000_000
    assert send(event).status_code == 201
    assert ReceivedEvent.objects.get().state == UNDERSTOOD


@pytest.mark.parametrize("name", ["validity-cases"])
def test_what_can_be_borne_is_never_refused(name: str, send: Send) -> None:
    refused = {"missing-job", "missing-eventTime", "job-name-null", "array-body"}
    for case in recorded(name):
        body = case["raw"].encode() if "raw" in case else case["event"]
        expected = (400,) if case["case"] in refused else (201, 400) if "raw" in case else (201,)
        assert send(body).status_code in expected, case["case"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"not json", ""),
        (b"[" * 100_000, ""),
        (b"\xff\xfe", ""),
        (b"", ""),
        (json.dumps([run_event()]).encode(), "#"),
        (json.dumps({"eventTime": "2026-11-20T04:12:28Z"}).encode(), "#/job"),
        (json.dumps(run_event() | {"run": {}}).encode(), "#/run/runId"),
        (json.dumps(run_event() | {"eventTime": "soon"}).encode(), "#/eventTime"),
    ],
)
def test_what_is_refused_says_where_and_is_kept_to_look_at(body: bytes, pointer: str, send: Send) -> None:
    answer = send(body)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    if pointer:
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    kept = ReceivedEvent.objects.get()
    assert kept.state == REFUSED
    assert kept.notes


def test_other_encodings_and_broken_gzip_are_refused(send: Send) -> None:
    assert send(b"{}", **{"Content-Encoding": "br"}).status_code == 415
    assert send(b"{}", **{"Content-Encoding": "gzip"}).status_code == 400


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "text/plain", ""])
def test_any_type_of_content_is_taken_for_json(content_type: str, producer: Client) -> None:
    answer = producer.generic("POST", "/api/v1/lineage", json.dumps(run_event()), content_type=content_type)

    assert answer.status_code == 201


def test_nobody_is_redirected(producer: Client) -> None:
    """The official client follows a 301 by a GET, and reports success."""
    for path in ("/api/v1/lineage/", "/api/v1/lineage/batch/"):
        assert producer.post(path, run_event(), content_type=JSON).status_code == 404
    assert producer.get("/api/v1/lineage").status_code == 405


def test_a_token_needs_the_scope(alice: User, client: Client) -> None:
    for scopes, status in ((("read", "write"), 403), (("lineage",), 201)):
        assert program(alice, *scopes).post("/api/v1/lineage", run_event(), content_type=JSON).status_code == status
    assert client.post("/api/v1/lineage", run_event(), content_type=JSON).status_code == 401


def test_a_producer_is_not_turned_away_for_coming_often(send: Send, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    assert [send(run_event(at=f"2026-11-20T04:00:{second:02}Z")).status_code for second in range(5)] == [201] * 5


def test_a_list_that_is_all_well(send: Send) -> None:
    answer = send([run_event("START"), run_event("COMPLETE")], "lineage/batch")

    assert (answer.status_code, answer.content) == (204, b"")
    assert ReceivedEvent.objects.filter(state=UNDERSTOOD).count() == 2


def test_a_list_tells_which_were_refused_and_keeps_the_others(send: Send) -> None:
    answer = send([run_event(), {"eventTime": "2026-11-20T04:12:28Z"}, 7], "lineage/batch")

    assert answer.status_code == 200
    told = answer.json()
    assert told["status"] == "partial_success"
    assert told["summary"] == {"received": 3, "successful": 1, "failed": 2, "retriable": 0, "non_retriable": 2}
    assert [(one["index"], one["retriable"]) for one in told["failed_events"]] == [(1, False), (2, False)]
    assert "/job" in told["failed_events"][0]["reason"]
    assert Run.objects.count() == 1


def test_an_event_is_no_list(send: Send) -> None:
    assert send(run_event(), "lineage/batch").status_code == 400
    assert send([], "lineage/batch").status_code == 204


@pytest.mark.parametrize(
    "namespace", ["☕", "a b", "x://[::1", "'; drop table x", "..", "\u202e", "postgres://", "%00", "a\0b"]
)
def test_odd_namespaces(namespace: str, send: Send) -> None:
    event = run_event(inputs=[dataset("a.b", namespace)], outputs=[dataset("c.d", namespace)])

    assert send(event).status_code == 201
    assert Edge.objects.count() == 1


def test_a_hidden_dataset_is_answered_like_one_that_is_unknown(
    customers: Dataset, charlie: User, hidden_from_charlie: OptOutRule
) -> None:
    charlies = program(charlie, "lineage")
    answers = [
        charlies.post(
            "/api/v1/lineage",
            run_event(job=name, inputs=[dataset(name, "crm")], outputs=[dataset("x")]),
            content_type=JSON,
        )
        for name in ("public.customers", "public.nothing")
    ]

    told = [dict(one.headers) | {"status": one.status_code, "X-Request-ID": ""} for one in answers]
    assert told[0] == told[1]
    assert {one.content for one in answers} == {b""}
    assert {edge.upstream.dataset for edge in Edge.objects.all()} == {customers, None}
    assert not Edge.objects.visible_to(charlie).exists()


def test_the_description_tells_of_both_addresses(client: Client) -> None:
    paths: dict[str, Any] = client.get("/api/v1/schema?format=json").json()["paths"]

    assert set(paths["/api/v1/lineage"]["post"]["responses"]) >= {"201", "400", "401", "403", "413", "415"}
    assert set(paths["/api/v1/lineage/batch"]["post"]["responses"]) >= {"200", "204", "413"}


def test_the_job_and_its_run_carry_what_was_told(send: Send) -> None:
    for event in recorded("python-client"):
        assert send(event).status_code == 201

    run = Run.objects.get(run_id=RUN)
    assert run.state == Run.State.COMPLETED
    assert run.nominal_start_at is not None
    assert run.job.code.startswith("insert into mart.daily_revenue")
    assert (run.job.language, run.job.told_owner) == ("postgres", "team:finance")
    failed = Run.objects.get(run_id="01a1f727-e2ab-7848-b23d-9034518a7ad4")
    assert (failed.state, failed.error) == (Run.State.FAILED, 'relation "raw.refunds" does not exist')
