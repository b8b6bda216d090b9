"""What is told of lineage: kept with who said so, joined up when things appear, closed when no longer said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog.models import Dataset
from lineage.models import Edge, FieldEdge, Node
from lineage.naming import Told
from lineage.nodes import nodes_of, nodes_of_datasets
from lineage.recording import FieldFlow, Flow, close_jobs_but, record_flows, record_job
from permissions.models import User
from tests.factories import THEN, DatasetFactory, RuleFactory

pytestmark = pytest.mark.django_db
LATER = THEN + timedelta(days=1)
DB = "postgres://db.example.org:5432"


@pytest.fixture
def report(customers: Dataset) -> Dataset:
    return DatasetFactory.create(source=customers.source, container=customers.container, name="report")


def ends(customers: Dataset, report: Dataset) -> tuple[int, int]:
    nodes = nodes_of_datasets([customers.pk, report.pk])
    return nodes[customers.pk], nodes[report.pk]


def test_a_name_finds_its_dataset_whatever_its_case_and_quotes(customers: Dataset) -> None:
    customers.source.kind = "postgresql"
    customers.source.save()
    told = [Told(DB, "shop.public.customers"), Told("postgresql://DB.example.org", '"SHOP"."Public"."CUSTOMERS"'),
            Told("crm", "customers"), Told("crm", "public.customers")]  # fmt: skip
    found = nodes_of(told)
    assert {Node.objects.get(pk=pk).dataset for one, pk in found.items() if one.name != "customers"} == {customers}


def test_of_two_names_that_differ_in_case_the_exact_one_is_meant(customers: Dataset) -> None:
    twin = DatasetFactory.create(source=customers.source, container=customers.container, name="Customers")
    found = nodes_of([Told("crm", "public.Customers"), Told("crm", "public.CUSTOMERS")])
    assert Node.objects.get(pk=found[Told("crm", "public.Customers")]).dataset == twin
    assert Node.objects.get(pk=found[Told("crm", "public.CUSTOMERS")]).dataset is None


def test_a_name_in_a_hidden_source_is_as_hidden(customers: Dataset, charlie: User, hidden_from_charlie: object) -> None:
    nodes_of([Told("crm", "public.not_yet"), Told("elsewhere", "t")])
    assert {node.name for node in Node.objects.visible_to(charlie)} == {"t"}


def test_telling_the_same_twice_changes_nothing_but_when_it_was_seen(customers: Dataset, report: Dataset) -> None:
    up, down = ends(customers, report)
    flow = Flow(up, down, (FieldFlow("email", "contact", "transformation", (7, 12)),), {"statement": 1})
    first = record_flows(origin="api", flows=[flow, flow], seen_at=THEN)
    again = record_flows(origin="api", flows=[flow], seen_at=LATER)
    edge = Edge.objects.get()
    assert first == again
    assert first.edges == [edge.pk]
    assert (edge.first_seen_at, edge.last_seen_at, edge.evidence) == (THEN, LATER, {"statement": 1})
    assert FieldEdge.objects.values_list("upstream_path", "downstream_path", "step", "start", "end").get() == (
        "email", "contact", "transformation", 7, 12,
    )  # fmt: skip


def test_what_a_job_no_longer_does_is_closed_and_the_past_is_kept(customers: Dataset, report: Dataset) -> None:
    up, down = ends(customers, report)
    other = nodes_of([Told("crm", "public.orders")])[Told("crm", "public.orders")]
    job = record_job(namespace="etl", name="load", seen_at=THEN)
    record_flows(origin="script", job=job, flows=[Flow(up, down), Flow(other, down)], seen_at=THEN, complete=True)
    record_flows(origin="hand", flows=[Flow(other, down)], seen_at=THEN)
    record_flows(origin="script", job=job, flows=[Flow(up, down)], seen_at=LATER, complete=True)
    assert {(edge.upstream_id, edge.origin) for edge in Edge.objects.current()} == {(up, "script"), (other, "hand")}
    before = Edge.objects.as_of(LATER - timedelta(hours=1))
    assert {(edge.upstream_id, edge.origin) for edge in before} == {(up, "script"), (other, "script"), (other, "hand")}


def test_what_is_told_late_closes_nothing_that_was_seen_after_it(customers: Dataset, report: Dataset) -> None:
    up, down = ends(customers, report)
    other = nodes_of([Told("x", "t")])[Told("x", "t")]
    job = record_job(namespace="etl", name="load", seen_at=LATER)
    record_flows(origin="script", job=job, flows=[Flow(up, down)], seen_at=LATER, complete=True)
    record_flows(origin="script", job=job, flows=[Flow(other, down)], seen_at=THEN, complete=True)
    assert Edge.objects.current().filter(upstream=up).exists()


def test_jobs_that_are_gone_are_closed_with_their_edges(customers: Dataset, report: Dataset) -> None:
    up, down = ends(customers, report)
    job = record_job(namespace="etl", name="load", seen_at=THEN, code="insert …")
    record_flows(origin="script", job=job, flows=[Flow(up, down)], seen_at=THEN)
    assert close_jobs_but(namespace="etl", names=["load"], seen_at=LATER) == 0
    assert close_jobs_but(namespace="etl", names=[], seen_at=LATER) == 1
    assert not Edge.objects.current().exists()
    assert record_job(namespace="etl", name="load", seen_at=LATER + timedelta(days=1)).closed_at is None


def test_a_dataset_that_reads_from_itself_makes_no_edge(customers: Dataset) -> None:
    node = nodes_of_datasets([customers.pk])[customers.pk]
    assert record_flows(origin="api", flows=[Flow(node, node)], seen_at=THEN).edges == []


def test_names_take_a_handful_of_statements_however_many(customers: Dataset, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(11):
        nodes_of([Told("crm", f"public.t{number}") for number in range(500)])


def test_rules_hold_for_both_ends_of_an_edge(customers: Dataset, report: Dataset, bob: User) -> None:
    up, down = ends(customers, report)
    record_flows(origin="api", flows=[Flow(up, down)], seen_at=THEN)
    RuleFactory.create(label="dataset:crm.public.report", level="discover", people=[bob])
    assert not Edge.objects.visible_to(bob).exists()
