"""Queries of views are read with the schemas of what they read, and again only when something has changed."""

from __future__ import annotations

import pytest

from catalog.models import Dataset, Source
from lineage.models import Edge, FieldEdge, Node, QueryReading
from lineage.views_read import read_views
from tests.factories import ContainerFactory, DatasetFactory, EdgeFactory, FieldFactory

pytestmark = pytest.mark.django_db
SQL = "SELECT c.id, upper(c.email) AS contact, c.* FROM public.customers c WHERE c.name <> ''"


@pytest.fixture
def report(customers: Dataset) -> Dataset:
    report = DatasetFactory.create(
        source=customers.source, container=customers.container, name="report", kind="view", sql=SQL,
        columns=["id", "contact", "id2", "name", "email"],
    )  # fmt: skip
    EdgeFactory.create(upstream=customers, downstream=report)
    return report


def told(dataset: Dataset) -> set[tuple[str, str, str]]:
    edges = FieldEdge.objects.filter(edge__downstream__dataset=dataset, closed_at=None)
    return set(edges.values_list("upstream_path", "downstream_path", "step"))


def test_the_fields_of_a_view_come_from_the_fields_it_reads(report: Dataset) -> None:
    assert read_views(report.source) == 0
    assert told(report) >= {
        ("id", "id", "identity"), ("email", "contact", "transformation"), ("name", "name", "identity"),
        ("name", "", "filter"),
    }  # fmt: skip
    assert Edge.objects.count() == 1


def test_a_span_says_where_the_query_says_so(report: Dataset) -> None:
    read_views(report.source)
    found = FieldEdge.objects.get(downstream_path="contact")
    assert SQL[found.start : found.end] == "email"


def test_what_has_not_changed_is_not_read_again(report: Dataset, django_assert_num_queries) -> None:
    read_views(report.source)
    with django_assert_num_queries(1):
        read_views(report.source)


def test_a_changed_input_is_read_again(report: Dataset, customers: Dataset) -> None:
    read_views(report.source)
    customers.fields.filter(name="name").update(name="full_name", path="full_name")
    Dataset.objects.filter(pk=customers.pk).update(schema_fingerprint="other")
    read_views(report.source)
    assert ("full_name", "name", "identity") in told(report)
    assert ("name", "name", "identity") not in told(report)


def test_an_edge_that_the_source_told_stays_when_the_query_cannot_be_read(report: Dataset) -> None:
    Dataset.objects.filter(pk=report.pk).update(sql="SELECT FROM WHERE (((")
    read_views(report.source)
    reading = QueryReading.objects.get(dataset=report)
    assert reading.problem
    assert (reading.line, Edge.objects.current().count()) == (1, 1)


def test_a_source_that_tells_no_dependencies_has_edges_from_the_query_alone(crm: Source) -> None:
    public = ContainerFactory.create(source=crm, name="main")
    DatasetFactory.create(source=crm, container=public, name="Orders", columns=["Id"])
    view = DatasetFactory.create(source=crm, container=public, name="v", kind="view", sql="select id as x from orders")
    FieldFactory.create(dataset=view, name="x", position=1)
    read_views(crm)
    assert str(Edge.objects.current().get().upstream) == "crm.main.Orders"
    Dataset.objects.filter(pk=view.pk).update(sql="select 1 as x from gone_elsewhere")
    read_views(crm)
    assert Node.objects.get(pk=Edge.objects.current().get().upstream_id).dataset is None


def test_time_that_has_run_out_leaves_views_for_the_next_harvest(report: Dataset) -> None:
    assert read_views(report.source, seconds=0) == 1
    assert read_views(report.source) == 0
    assert read_views(report.source) == 0
