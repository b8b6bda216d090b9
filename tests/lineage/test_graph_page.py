"""The lineage tab: a picture as data, the same as lists, why two are connected, and what a change hits."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Dataset
from lineage.models import Edge, FieldEdge, Job
from permissions.models import User
from tests.cast import signed_in
from tests.counting import queries
from tests.factories import DatasetFactory, EdgeFactory, FieldFactory, RuleFactory, TicketFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(customers: Dataset) -> Dataset:
    """A view: ``SELECT id, upper(email) AS contact FROM customers WHERE name <> ''``, and a mart behind it."""
    sql = "SELECT id, upper(email) AS contact FROM customers WHERE name <> ''"
    report = DatasetFactory.create(
        source=customers.source, container=customers.container, name="report", kind="view", sql=sql,
        columns=["id", "contact"], steward=customers.owner,
    )  # fmt: skip
    mart = DatasetFactory.create(name="mart", columns=["contact"])
    first = EdgeFactory.create(upstream=customers, downstream=report)
    second = EdgeFactory.create(upstream=report, downstream=mart, origin="script")
    at = sql.index("email")
    FieldEdge.objects.create(
        edge=first, upstream_path="email", downstream_path="contact", step="transformation", start=at, end=at + 5
    )
    FieldEdge.objects.create(edge=first, upstream_path="id", downstream_path="id", step="identity")
    FieldEdge.objects.create(edge=first, upstream_path="name", downstream_path="", step="filter")
    FieldEdge.objects.create(edge=second, upstream_path="contact", downstream_path="contact", step="identity")
    return report


def picture(client: Client, dataset: Dataset, query: str = "") -> Any:
    return client.get(f"{reverse('lineage:graph', args=[dataset.pk])}{query}").json()


def names(found: Any) -> dict[str, int]:
    return {node["name"]: node["ring"] for node in found["nodes"]}


def test_the_picture_has_rings_in_both_directions(report: Dataset, as_bob: Client) -> None:
    found = picture(as_bob, report)
    assert names(found) == {"customers": -1, "report": 0, "mart": 1}
    assert len(found["lines"]) == 2
    assert names(picture(as_bob, report, "?direction=up")) == {"customers": -1, "report": 0}


def test_what_is_not_drawn_yet_is_counted_and_grows(report: Dataset, customers: Dataset, as_bob: Client) -> None:
    found = picture(as_bob, customers, "?depth=1")
    assert names(found) == {"customers": 0, "report": 1}
    (node,) = [one for one in found["nodes"] if one["name"] == "report"]
    assert node["d"] == "1"
    assert names(picture(as_bob, customers, f"?depth=1&opened={node['id']}d")) == {
        "customers": 0,
        "report": 1,
        "mart": 2,
    }


def test_nobody_grows_the_picture_from_what_is_not_in_it(report: Dataset, customers: Dataset, bob: User) -> None:
    secret = DatasetFactory.create(name="plan", tags=["secret"])
    edge = EdgeFactory.create(upstream=secret, downstream=DatasetFactory.create(name="beyond"))
    RuleFactory.create(label="tag:secret", level="discover", people=[bob])
    assert names(picture(signed_in(bob), customers, f"?depth=1&opened={edge.upstream_id}d")) == {
        "customers": 0,
        "report": 1,
    }


def test_a_closed_neighbour_is_a_stub_without_a_name(report: Dataset, bob: User) -> None:
    closed = DatasetFactory.create(name="merger_plan", tags=["secret"])
    EdgeFactory.create(upstream=closed, downstream=report)
    RuleFactory.create(label="tag:secret", level="read", people=[bob])
    answer = signed_in(bob).get(reverse("lineage:graph", args=[report.pk]))
    assert [set(stub) for stub in answer.json()["stubs"]] == [{"id", "ring"}]
    assert "merger_plan" not in answer.content.decode()
    page = signed_in(bob).get(reverse("lineage:panel", args=[report.pk])).content.decode()
    assert "A dataset closed to you" in page
    assert "merger_plan" not in page


def test_many_of_one_schema_are_folded(customers: Dataset, as_bob: Client) -> None:
    for number in range(70):
        EdgeFactory.create(
            upstream=customers,
            downstream=DatasetFactory.create(source=customers.source, container=customers.container, name=f"t{number}"),
        )
    found = picture(as_bob, customers)
    assert (len(found["nodes"]), [len(group["nodes"]) for group in found["groups"]]) == (1, [70])
    assert len(picture(as_bob, customers, "?fold=none")["nodes"]) == 71


def test_a_columns_way_is_told_field_by_field(report: Dataset, customers: Dataset, as_bob: Client) -> None:
    path = picture(as_bob, customers, "?column=email&depth=3")["path"]
    assert sorted(name for names in path["columns"].values() for name in names) == ["contact", "contact", "email"]
    assert len(path["threads"]) == 2


def test_a_closed_columns_way_is_not_told(report: Dataset, customers: Dataset, bob: User) -> None:
    field = customers.fields.get(path="email")
    FieldFactory.create(dataset=customers, name="mail2", position=9, classified=["pii"])
    RuleFactory.create(label="class:pii", level="read", people=[bob])
    FieldEdge.objects.create(
        edge=Edge.objects.get(downstream__dataset=report),
        upstream_path="mail2",
        downstream_path="contact",
        step="identity",
    )
    found = picture(signed_in(bob), customers, "?column=mail2")
    assert (field.path, found["path"]) == ("email", None)
    assert "mail2" not in str(picture(signed_in(bob), report, "?column=contact"))
    page = signed_in(bob).get(reverse("lineage:impact", args=[customers.pk])).content.decode()
    assert "mail2" not in page


def test_without_a_script_the_page_lists_the_same(report: Dataset, customers: Dataset, as_bob: Client) -> None:
    page = as_bob.get(reverse("lineage:panel", args=[customers.pk])).content.decode()
    assert page.index(">report<") < page.index(">mart<")


def test_the_page_takes_a_fixed_number_of_queries(
    customers: Dataset, as_bob: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        EdgeFactory.create(upstream=customers, downstream=DatasetFactory.create(name=f"t{number}"))
    with django_assert_max_num_queries(25):
        as_bob.get(reverse("lineage:panel", args=[customers.pk]))


def test_a_known_problem_stands_above_the_picture_and_in_it_and_is_asked_for_once(
    report: Dataset, customers: Dataset, as_bob: Client
) -> None:
    TicketFactory.create(dataset=customers, title="Emails are empty", priority=1)
    address = reverse("lineage:panel", args=[report.pk])
    assert len([sql for sql in queries(as_bob, address) if "feedback_ticket t" in sql]) == 1
    response = as_bob.get(address)
    assert "Emails are empty" in response.content.decode()
    badges = {one["name"]: one["badges"] for one in response.context["picture"]["nodes"]}
    assert ("problem_upstream" in badges["report"], "problem" in badges["customers"]) == (True, True)


def test_why_two_are_connected_is_told_with_the_place_in_the_code(
    report: Dataset, customers: Dataset, as_bob: Client
) -> None:
    edge = Edge.objects.get(downstream__dataset=report)
    url = reverse("lineage:edge", args=[edge.upstream_id, edge.downstream_id])
    page = as_bob.get(url).content.decode()
    assert "upper(<mark>email</mark>)" in page
    assert as_bob.get(reverse("lineage:edge", args=[edge.downstream_id, edge.upstream_id])).status_code == 404


def test_origins_that_disagree_stand_side_by_side(report: Dataset, customers: Dataset, as_bob: Client) -> None:
    edge = Edge.objects.get(downstream__dataset=report)
    other = Edge.objects.create(upstream=edge.upstream, downstream=edge.downstream, origin="openlineage")
    FieldEdge.objects.create(edge=other, upstream_path="name", downstream_path="contact", step="identity")
    page = as_bob.get(reverse("lineage:edge", args=[edge.upstream_id, edge.downstream_id])).content.decode()
    assert page.count("Others say otherwise") == 2


def test_a_job_that_touches_something_hidden_is_not_there(report: Dataset, bob: User) -> None:
    secret = DatasetFactory.create(name="plan", tags=["secret"])
    job = Job.objects.create(namespace="etl", name="load plan", code="insert into report select * from plan")
    EdgeFactory.create(upstream=secret, downstream=report, origin="script", job=job)
    client = signed_in(bob)
    url = reverse("lineage:job", args=[job.pk])
    assert "select * from plan" in client.get(url).content.decode()
    rule = RuleFactory.create(label="tag:secret", level="read", people=[bob])
    assert "select * from plan" not in client.get(url).content.decode()
    rule.level = "discover"
    rule.save()
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("column", "effects"),
    [
        ("email", {"report": "values", "mart": "values"}),
        ("name", {"report": "rows", "mart": "none"}),
        ("", {"report": "values", "mart": "values"}),
    ],
)
def test_impact_says_whether_the_column_really_flows_there(
    report: Dataset, customers: Dataset, as_bob: Client, column: str, effects: dict[str, str]
) -> None:
    found = as_bob.get(reverse("lineage:impact", args=[customers.pk]), {"column": column}).context["impact"]
    assert {hit.card.name: str(hit.effect) for hit in found.hits} == effects


def test_where_nobody_told_of_fields_impact_says_that_it_is_not_known(
    report: Dataset, customers: Dataset, as_bob: Client
) -> None:
    Edge.objects.filter(origin="script").get().field_edges.all().delete()
    found = as_bob.get(reverse("lineage:impact", args=[customers.pk]), {"column": "email"}).context["impact"]
    assert {hit.card.name: str(hit.effect) for hit in found.hits} == {"report": "values", "mart": "unknown"}


def test_impact_names_who_is_to_be_told_and_comes_as_a_table(
    report: Dataset, customers: Dataset, as_bob: Client, alice: User
) -> None:
    answer = as_bob.get(reverse("lineage:impact", args=[customers.pk]), {"column": "email"})
    assert answer.context["impact"].people == [(alice, 1)]
    table = as_bob.get(reverse("lineage:impact", args=[customers.pk]), {"column": "email", "as": "csv"})
    assert table.content.decode().splitlines()[1].startswith("crm.public.customers,email,report,")
