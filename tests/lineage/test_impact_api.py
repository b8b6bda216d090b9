"""What a change would hit, over REST and at the command line, before it is merged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset
from concord_cli.main import main
from lineage.changed_sql import changes_in
from lineage.models import FieldEdge
from permissions.models import User
from permissions.tokens.services import create_token
from tests.cast import signed_in
from tests.factories import DatasetFactory, EdgeFactory, RuleFactory, SourceFactory


@pytest.fixture
def report(customers: Dataset) -> Dataset:
    """Takes the e-mail of customers."""
    report = DatasetFactory.create(
        source=customers.source, container=customers.container, name="report", columns=["email"]
    )
    edge = EdgeFactory.create(upstream=customers, downstream=report)
    FieldEdge.objects.create(edge=edge, upstream_path="email", downstream_path="email", step="identity")
    return report


def review(client: Client, sql: str, **more: str) -> Any:
    body = {"source": "crm", "sql": sql} | more
    return client.post("/api/v1/impact", body, "application/json").json()


def gone(found: Any) -> set[tuple[str, int]]:
    return {(change["field"], change["breaking"]) for change in found["changes"]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("ALTER TABLE public.customers DROP COLUMN email", {("email", 1)}),
        ("ALTER TABLE Customers RENAME COLUMN name TO full_name", {("name", 0)}),
        ("ALTER TABLE public.customers RENAME COLUMN name TO full_name", {("name", 0)}),
        ("DROP TABLE public.customers", {("", 1)}),
        ("CREATE OR REPLACE VIEW public.customers AS SELECT id, name FROM raw", {("email", 1)}),
        ("CREATE OR REPLACE VIEW public.customers AS SELECT * FROM raw", set()),
        ("SELECT 1", set()),
    ],
)
def test_a_file_of_sql_is_compared_with_what_is_there(
    report: Dataset, as_bob: Client, sql: str, expected: set[tuple[str, int]]
) -> None:
    assert gone(review(as_bob, sql)) == expected


@pytest.mark.django_db
def test_a_bare_query_is_that_of_the_target(report: Dataset, as_bob: Client) -> None:
    assert gone(review(as_bob, "SELECT id, name FROM raw", target="crm.public.customers")) == {("email", 1)}


@pytest.mark.django_db
def test_what_cannot_be_read_is_told_with_its_place(report: Dataset, as_bob: Client) -> None:
    found = review(as_bob, "ALTER TABLE public.customers DROP COLUMN email;\nSELECT FROM (((")
    assert (gone(found), found["problems"][0]["line"]) == ({("email", 1)}, 2)


@pytest.mark.django_db
def test_a_source_that_names_no_dialect_is_read_all_the_same(as_bob: Client) -> None:
    SourceFactory.create(slug="portal", kind="push")
    assert review(as_bob, "DROP TABLE a.b", source="portal")["problems"] == []


@pytest.mark.django_db
def test_what_is_closed_is_answered_as_what_is_not_there(report: Dataset, bob: User) -> None:
    client = signed_in(bob)
    RuleFactory.create(label="dataset:crm.public.customers", level="discover", people=[bob])
    closed = review(client, "DROP TABLE public.customers")
    absent = review(client, "DROP TABLE public.never_was")
    assert (closed["changes"], len(closed["unknown_tables"])) == (absent["changes"], len(absent["unknown_tables"]))


@pytest.mark.django_db
def test_a_closed_field_is_answered_as_one_that_is_not_there(customers: Dataset, report: Dataset, bob: User) -> None:
    RuleFactory.create(label="field:crm.public.customers#email", level="read", people=[bob])
    from catalog.labels import refresh_field_labels

    refresh_field_labels("f.dataset_id = %s", [customers.pk])
    answers = [
        signed_in(bob).get(f"/api/v1/datasets/{customers.pk}/impact?field={name}") for name in ("email", "never")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.django_db
def test_lineage_over_rest(customers: Dataset, report: Dataset, as_bob: Client) -> None:
    found = as_bob.get(f"/api/v1/datasets/{customers.pk}/lineage").json()
    assert [(node["name"], node["distance"]) for node in found["nodes"]] == [("customers", 0), ("report", 1)]
    assert [edge["origin"] for edge in found["edges"]] == ["view"]


def test_odd_sql_is_no_trouble() -> None:
    assert changes_in("(" * 5_000, "postgres").problems
    assert changes_in("", "postgres").dropped == []


@pytest.mark.django_db(transaction=True)
def test_a_check_of_a_pull_request_fails_on_what_breaks(
    live_server: Any, report: Dataset, alice: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("CONCORD_SERVER", live_server.url)
    monkeypatch.setenv("CONCORD_TOKEN", create_token(actor=alice, name="ci", scopes=("read",)).secret)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    breaking, harmless = tmp_path / "drop.sql", tmp_path / "add.sql"
    breaking.write_text("ALTER TABLE public.customers DROP COLUMN email")
    harmless.write_text("ALTER TABLE public.customers ADD COLUMN age int")
    assert main(["impact", str(breaking), "--source", "crm", "--fail-on", "breaking"]) == 4
    assert "report" in capsys.readouterr().out
    assert main(["impact", str(harmless), "--source", "crm", "--fail-on", "breaking"]) == 0
    assert main(["impact", "--key", "crm.public.customers", "--field", "email", "--fail-on", "breaking"]) == 4
    assert main(["impact", "--key", "crm.public.customers", "--field", "name", "--fail-on", "breaking"]) == 0


@pytest.mark.django_db
def test_all_that_depends_on_it_is_counted_by_distance(customers: Dataset, report: Dataset, bob: User) -> None:
    EdgeFactory.create(upstream=report, downstream=DatasetFactory.create(tags=["secret"]))
    EdgeFactory.create(upstream=report, downstream=DatasetFactory.create(name="board"))
    RuleFactory.create(label="tag:secret", level="discover", people=[bob])
    client = signed_in(bob)
    counted = client.get(f"/api/v1/datasets/{customers.pk}/lineage/count").json()
    assert counted == {"total": 2, "by_ring": [1, 1], "whole": True}
    fragment = client.get(f"/datasets/{customers.pk}/impact/count/", headers={"HX-Request": "true"}).content.decode()
    assert "2</span> datasets depend on it in all, up to 2 steps away." in fragment
    assert "downstream" not in fragment
    assert "What you may read" in client.get(f"/datasets/{report.pk}/impact/count/").content.decode()
