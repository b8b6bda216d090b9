"""Whatever is asked wrongly is refused in words, as problem details."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset, Source
from core.api.views import ApiView
from tests.api.conftest import JSON, program, read

pytestmark = pytest.mark.django_db


def refused(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/datasets", "/api/v1/sources/a b"]
)
def test_an_address_that_is_none(alice: object, path: str) -> None:
    refused(Client().get(path), 404)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_slash_at_the_end_is_no_redirect(as_program: Client, method: str) -> None:
    body = refused(getattr(as_program, method)("/api/v1/sources/"), 404)
    assert "/api/v1/sources." in body["detail"]


def test_before_anybody_is_there_programs_are_not_led_to_the_welcome_page(db: None) -> None:
    refused(Client().post("/api/v1/sources/crm/runs", {}, content_type=JSON), 401)


def test_a_method_that_is_not_offered(as_program: Client) -> None:
    answer = as_program.delete("/api/v1/datasets")
    refused(answer, 405)
    assert "GET" in answer["Allow"]


def test_a_format_that_is_not_offered(as_program: Client) -> None:
    refused(as_program.get("/api/v1/datasets", headers={"Accept": "text/csv"}), 406)


def test_a_body_that_is_no_json(alice, crm: Source) -> None:
    client = program(alice, "harvest")
    refused(client.post("/api/v1/sources/crm/runs", "a=1", content_type="application/x-www-form-urlencoded"), 415)
    refused(client.post("/api/v1/sources/crm/runs", "{", content_type=JSON), 400)
    refused(client.post("/api/v1/sources/crm/runs", "[" * 100_000, content_type=JSON), 400)
    refused(client.post("/api/v1/sources/crm/runs", "[]", content_type=JSON), 400)


def test_a_body_that_is_too_large(alice, crm: Source) -> None:
    body = '{"dry": "' + "x" * 3_000_000 + '"}'
    refused(program(alice, "harvest").post("/api/v1/sources/crm/runs", body, content_type=JSON), 413)


def test_a_wrong_member_is_pointed_at(alice, crm: Source) -> None:
    answer = program(alice, "harvest").post("/api/v1/sources/crm/runs", {"dry": "perhaps"}, content_type=JSON)
    assert refused(answer, 400)["errors"] == [{"detail": "Must be a valid boolean.", "pointer": "#/dry"}]


def test_a_parameter_without_a_name_is_refused(as_program: Client) -> None:
    refused(as_program.get("/api/v1/datasets?=1"), 400)


def test_a_misspelt_member_is_not_passed_over(alice, crm: Source) -> None:
    answer = program(alice, "harvest").post("/api/v1/sources/crm/runs", {"dry_run": True}, content_type=JSON)
    assert [error["pointer"] for error in refused(answer, 400)["errors"]] == ["#/dry_run"]


@pytest.mark.parametrize("path", ["datasets", "sources", "runs", "search", "suggest", "me"])
def test_an_unknown_parameter_is_named(as_program: Client, path: str) -> None:
    body = refused(as_program.get(f"/api/v1/{path}?page=2"), 400)
    assert [error["parameter"] for error in body["errors"]] == ["page"]


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("datasets", "limit", "-1"),
        ("datasets", "limit", "0"),
        ("datasets", "limit", "201"),
        ("datasets", "limit", "null"),
        ("datasets", "limit", "9" * 400),
        ("datasets", "cursor", "stale"),
        ("datasets", "cursor", "x" * 9_000),
        ("datasets", "kind", "stool"),
        ("datasets", "certified", "perhaps"),
        ("datasets", "name", "a\0b"),
        ("datasets", "source", "\0"),
        ("runs", "state", "tired"),
        ("search", "q", "x" * 10_000),
        ("search", "q", "a\0b"),
        ("search", "limit", "101"),
        ("search", "cursor", "-20"),
        ("suggest", "limit", "21"),
    ],
)
def test_a_value_that_does_not_fit_is_named(as_program: Client, path: str, name: str, value: str) -> None:
    body = refused(as_program.get(f"/api/v1/{path}", {name: value}), 400)
    assert {error["parameter"] for error in body["errors"]} == {name}
    assert len(body["detail"]) < 500


def test_a_cursor_of_another_list_is_refused(as_program: Client, customers: Dataset) -> None:
    Dataset.objects.create(
        source=customers.source, name="b", path="b", key="crm.b", kind="table", labels=["source:crm"]
    )
    cursor = read(as_program, "datasets", limit=1)["next"].partition("cursor=")[2].partition("&")[0]
    refused(as_program.get(f"/api/v1/runs?cursor={cursor}"), 400)
    refused(as_program.get(f"/api/v1/datasets/{customers.pk}/fields?cursor={cursor}"), 400)


def test_a_parameter_given_twice_is_refused_where_one_is_meant(as_program: Client) -> None:
    refused(as_program.get("/api/v1/datasets?limit=1&limit=2"), 400)


def test_a_thousand_filters_are_refused(as_program: Client) -> None:
    refused(as_program.get("/api/v1/datasets?" + "&".join(f"tag=t{n}" for n in range(900))), 400)
    refused(as_program.get("/api/v1/search?" + "&".join(f"tag=t{n}" for n in range(2_000))), 400)


@pytest.mark.parametrize("path", ["datasets/by-key/%00", "datasets/99999999999999999999", "runs/99999999999999999999"])
def test_addresses_of_nothing_are_not_found(as_program: Client, path: str) -> None:
    refused(as_program.get(f"/api/v1/{path}"), 404)


def test_an_error_nobody_foresaw_tells_nothing_of_itself(as_alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(ApiView, "initial", fail)
    as_alice.raise_request_exception = False
    answer = as_alice.get("/api/v1/me")
    refused(answer, 500)
    assert b"hunter2" not in answer.content


def test_a_plain_connection_is_refused_and_not_redirected(as_program: Client, settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    refused(as_program.post("/api/v1/sources/crm/runs", {}, content_type=JSON), 403)


def test_pages_still_answer_errors_as_pages(as_alice: Client) -> None:
    assert as_alice.get("/nothing/")["Content-Type"].startswith("text/html")
