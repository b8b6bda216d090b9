"""What a dbt project would take away, by its manifest, before it is built."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Dataset, Source
from concord_cli import impact as command
from concord_cli.errors import Refused
from lineage.models import Edge, FieldEdge
from lineage.recording import record_job
from permissions.models import User
from tests.cast import signed_in
from tests.factories import DatasetFactory, EdgeFactory, RuleFactory

ORDERS = {"id": "model.shop.customers", "relation": '"shop"."public"."customers"', "sql": "SELECT id, name FROM raw"}


@pytest.fixture
def report(customers: Dataset) -> Dataset:
    """Takes the e-mail of customers; a model of dbt that is gone makes `board`, which `report` feeds."""
    Source.objects.filter(pk=customers.source_id).update(config={"host": "db", "database": "shop"})
    report = DatasetFactory.create(source=customers.source, container=customers.container, name="report")
    edge = EdgeFactory.create(upstream=customers, downstream=report)
    FieldEdge.objects.create(edge=edge, upstream_path="email", downstream_path="email", step="identity")
    job = record_job(namespace="dbt", name="model.shop.board", seen_at=timezone.now())
    board = DatasetFactory.create(source=customers.source, container=customers.container, name="board")
    EdgeFactory.create(upstream=report, downstream=board, job=job, origin=Edge.Origin.DBT)
    return report


def review(client: Client, models: list[dict[str, str]]) -> Any:
    return client.post("/api/v1/impact", {"source": "crm", "models": models}, "application/json").json()


def gone(found: Any) -> set[tuple[str, str]]:
    return {(change["dataset"]["key"], change["field"]) for change in found["changes"]}


@pytest.mark.django_db
def test_fields_and_models_that_go_are_told(report: Dataset, as_bob: Client) -> None:
    found = review(as_bob, [ORDERS, {"id": "model.shop.new", "relation": "shop.public.new", "sql": "SELECT 1 AS a"}])
    assert gone(found) == {("crm.public.customers", "email"), ("crm.public.board", "")}
    assert [hit["name"] for change in found["changes"] for hit in change["hits"] if hit["breaking"]] == ["report"]
    board = {"id": "model.shop.board", "relation": "shop.public.board"}
    kept = ORDERS | {"sql": "SELECT id, email, name FROM raw"}
    assert gone(review(as_bob, [kept, board])) == set()
    assert gone(review(as_bob, [{"id": "model.other.a", "relation": "a"}])) == set()


@pytest.mark.django_db
def test_what_is_hidden_does_not_go(report: Dataset, bob: User) -> None:
    RuleFactory.create(label="dataset:crm.public.board", level="discover", people=[bob])
    assert gone(review(signed_in(bob), [ORDERS])) == {("crm.public.customers", "email")}


@pytest.mark.django_db
def test_either_sql_or_models(customers: Dataset, as_bob: Client) -> None:
    for body in ({}, {"sql": "SELECT 1", "models": [ORDERS]}):
        assert as_bob.post("/api/v1/impact", {"source": "crm"} | body, "application/json").status_code == 400


class Answers:
    """Stands for the server, and keeps what was sent to it."""

    def __init__(self) -> None:
        self.sent: Any = None

    def post(self, path: str, body: Any) -> Any:
        self.sent = body
        return {"changes": [], "problems": [], "open_ended": []}


def test_the_command_reads_a_manifest(tmp_path: Path) -> None:
    node = {"resource_type": "model", "unique_id": "model.shop.a", "relation_name": "s.a", "compiled_code": "SELECT 1"}
    test = {"resource_type": "test", "unique_id": "test.shop.t", "relation_name": None}
    bare = node | {"unique_id": "model.shop.b", "relation_name": "s.b", "compiled_code": None}
    path, client = tmp_path / "manifest.json", Answers()
    path.write_text(json.dumps({"nodes": {"a": node, "t": test, "b": bare}}))
    _, notes = command._of_files(client, Namespace(source="crm", files=[path], key=None))  # type: ignore[arg-type]
    assert [(one["id"], one["sql"]) for one in client.sent["models"]] == [
        ("model.shop.a", "SELECT 1"),
        ("model.shop.b", ""),
    ]
    assert notes == [f"{path}: model.shop.b has no compiled SQL; run dbt compile."]
    path.write_text("[1]")
    with pytest.raises(Refused, match="no manifest of dbt"):
        command._of_files(client, Namespace(source="crm", files=[path], key=None))  # type: ignore[arg-type]
