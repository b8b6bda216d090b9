"""Facts and artifacts that programs send."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset, DatasetChange, Source
from harvest.models import Run
from permissions.models import Token, User
from permissions.tokens.services import create_token
from tests.cast import signed_in
from tests.dbt_project import ORDERS, SQL, UNIQUE, catalog, manifest, results, zipped
from tests.factories import SourceFactory
from tests.harvest.pages import engineer

pytestmark = pytest.mark.django_db(transaction=True)

ORDER_LINE: dict[str, Any] = {
    "id": "sales.orders", "container": "sales", "description": "All of them.", "tags": ["gold"], "rows": 3,
    "fields": ["id", {"name": "buyer", "fields": [{"name": "city", "type": "text", "nullable": False}]}],
}  # fmt: skip


@pytest.fixture
def portal(alice: User) -> Source:
    return SourceFactory.create(slug="portal", name="Portal", kind="push", owner=alice)


def push(client: Client, *lines: object, query: str = "source=portal", **more: Any) -> Any:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return client.post(f"/api/v1/facts?{query}", text.encode(), content_type="application/x-ndjson", **more)


def test_lines_become_datasets_with_nested_fields(as_alice: Client, portal: Source) -> None:
    answer = push(as_alice, ORDER_LINE)
    assert (answer.status_code, answer.json()["counters"]["added"]) == (200, 1)
    orders = Dataset.objects.get(key="portal.sales.orders")
    assert (orders.description, orders.row_estimate, [tag.name for tag in orders.tags.all()]) == (
        "All of them.", 3, ["gold"],
    )  # fmt: skip
    assert list(orders.fields.order_by("position").values_list("path", "type", "nullable")) == [
        ("id", "unknown", True),
        ("buyer", "struct", True),
        ("buyer.city", "string", False),
    ]


def test_the_same_again_changes_nothing(as_alice: Client, portal: Source) -> None:
    push(as_alice, ORDER_LINE)
    before = dict(DatasetChange.objects.values_list("dataset_id", "xid"))
    counters = push(as_alice, ORDER_LINE).json()["counters"]
    assert (counters["added"], counters["changed"], counters["archived"]) == (0, 0, 0)
    assert dict(DatasetChange.objects.values_list("dataset_id", "xid")) == before


def test_what_is_not_sent_stays_unless_all_was_sent_and_that_is_confirmed(as_alice: Client, portal: Source) -> None:
    push(as_alice, *({"id": f"t{number}"} for number in range(5)))
    assert push(as_alice, {"id": "t0"}).json()["counters"]["archived"] == 0
    asked = push(as_alice, {"id": "t0"}, query="source=portal&whole=true")
    assert (asked.status_code, "confirmed=true" in asked.json()["detail"]) == (409, True)
    assert Dataset.objects.present().count() == 5
    done = push(as_alice, {"id": "t0"}, query="source=portal&whole=true&confirmed=true")
    assert done.json()["counters"]["archived"] == 4


def test_what_people_wrote_stays(as_alice: Client, portal: Source) -> None:
    push(as_alice, ORDER_LINE)
    Dataset.objects.update(human_description="Ours.")
    push(as_alice, ORDER_LINE | {"description": "Theirs, new."})
    assert Dataset.objects.get().description == "Ours."


def test_a_dry_push_tells_and_changes_nothing(as_alice: Client, portal: Source) -> None:
    answer = push(as_alice, ORDER_LINE, query="source=portal&dry=true")
    assert (answer.json()["counters"]["added"], Dataset.objects.count()) == (1, 0)


def test_a_gzip_body_is_unzipped(as_alice: Client, portal: Source) -> None:
    body = gzip.compress(json.dumps(ORDER_LINE).encode())
    answer = as_alice.post(
        "/api/v1/facts?source=portal", body, content_type="application/x-ndjson", headers={"Content-Encoding": "gzip"}
    )
    assert answer.json()["counters"]["added"] == 1


@pytest.mark.parametrize("body", [gzip.compress(b"{}\n{}")[:-9], b"plain"], ids=["cut", "none"])
def test_a_gzip_body_that_is_cut_or_none_is_refused(as_alice: Client, portal: Source, body: bytes) -> None:
    answer = as_alice.post(
        "/api/v1/facts?source=portal", body, content_type="application/x-ndjson", headers={"Content-Encoding": "gzip"}
    )
    assert (answer.status_code, Dataset.objects.count()) == (400, 0)
    assert "gzip" in answer.json()["detail"]


def test_a_body_that_unzips_to_too_much_is_refused(
    as_alice: Client, portal: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvest.api.facts.MOST_BYTES", 100_000)
    body = gzip.compress(b"\n" * 50_000_000)
    answer = as_alice.post(
        "/api/v1/facts?source=portal", body, content_type="application/x-ndjson", headers={"Content-Encoding": "gzip"}
    )
    assert (answer.status_code, "larger than 100,000 bytes" in answer.json()["detail"]) == (400, True)


def test_one_bad_line_and_nothing_is_written(as_alice: Client, portal: Source) -> None:
    answer = push(as_alice, ORDER_LINE, "{", {"title": "no id"}, "[" * 100_000, b"\xff".decode("latin-1"))
    assert (answer.status_code, Dataset.objects.count(), Run.objects.count()) == (400, 0, 0)
    assert [one["pointer"] for one in answer.json()["errors"]] == ["#/1", "#/2", "#/3", "#/4"]


@pytest.mark.parametrize("query", ["", "source=portal&whole=yes", "source=portal&source=b", "source=portal&what=1"])
def test_parameters_that_are_none_are_refused(as_alice: Client, portal: Source, query: str) -> None:
    assert push(as_alice, ORDER_LINE, query=query).status_code == 400


def test_who_may_not_change_the_source_may_not_fill_it(as_bob: Client, as_charlie: Client, portal: Source) -> None:
    assert push(as_bob, ORDER_LINE).status_code == 403
    assert push(as_bob, ORDER_LINE, query="source=nothing").status_code == 404


def test_a_token_needs_the_scope_of_harvests(alice: User, portal: Source) -> None:
    for scope, status in ((Token.Scope.READ, 403), (Token.Scope.HARVEST, 200)):
        secret = create_token(actor=alice, name=scope, scopes=(Token.Scope.READ, scope)).secret
        assert push(Client(headers={"Authorization": f"Bearer {secret}"}), ORDER_LINE).status_code == status


def test_a_harvested_source_is_not_filled(as_alice: Client, crm: Source) -> None:
    assert push(as_alice, ORDER_LINE, query="source=crm").status_code == 409


def test_a_source_under_way_is_not_filled(as_alice: Client, portal: Source) -> None:
    run = Run.objects.create(source=portal)
    answer = push(as_alice, ORDER_LINE)
    assert (answer.status_code, answer.json()["run"]) == (409, run.pk)


def test_other_content_is_refused(as_alice: Client, portal: Source) -> None:
    answer = as_alice.post("/api/v1/facts?source=portal", {"id": "a"}, content_type="application/json")
    assert answer.status_code == 415


def test_an_engineer_registers_a_source_to_fill(as_bob: Client) -> None:
    as_erin = signed_in(engineer())
    wish = {"name": "Portal of the city", "kind": "push"}
    assert as_bob.post("/api/v1/sources", wish, content_type="application/json").status_code == 403
    answer = as_erin.post("/api/v1/sources", wish, content_type="application/json")
    assert (answer.status_code, answer.json()["slug"]) == (201, "portal-of-the-city")
    assert push(as_erin, ORDER_LINE, query="source=portal-of-the-city").status_code == 200


def upload(client: Client, body: bytes, query: str = "") -> Any:
    return client.post(f"/api/v1/sources/bakery/artifacts?{query}", body, content_type="application/octet-stream")


@pytest.fixture
def bakery(alice: User) -> Source:
    return SourceFactory.create(slug="bakery", name="Bakery", kind="dbt", owner=alice)


def test_artifacts_are_uploaded_in_parts_and_nothing_is_lost(as_alice: Client, bakery: Source) -> None:
    packed = zipped(**{"target/manifest.json": manifest(), "target/catalog.json": catalog()})
    assert upload(as_alice, packed).json()["counters"]["added"] == 4
    later = json.dumps(manifest("2026-11-20T09:00:00Z", compiled=False)).encode()
    assert upload(as_alice, later, "name=manifest.json").json()["counters"]["changed"] == 0
    passed = json.dumps(results("2026-11-20T09:01:00Z", **{UNIQUE: "pass", ORDERS: "success"})).encode()
    assert upload(as_alice, passed, "name=run_results.json").status_code == 200
    orders = Dataset.objects.get(name="orders")
    assert (orders.sql, (orders.details or {})["observed"]["tests"]) == (SQL, "1 passed")
    bakery.refresh_from_db()
    assert bakery.version == "dbt 1.11.16 on postgres"


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"PK\x03\x04broken", zipped(**{"manifest.json": b"{"})], ids=["empty", "text", "broken", "cut"]
)
def test_what_is_no_artifact_is_refused(as_alice: Client, bakery: Source, body: bytes, tmp_path: Path) -> None:
    answer = upload(as_alice, body)
    assert (answer.status_code, Dataset.objects.count(), Run.objects.count()) == (400, 0, 0)
