"""The lineage panel names what one may read, and counts what one may only know of."""

from __future__ import annotations

import html

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Dataset
from permissions.models import User
from tests.cast import signed_in
from tests.factories import DatasetFactory, EdgeFactory, RuleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(customers: Dataset) -> Dataset:
    """Reads from the customers and from a secret."""
    report = DatasetFactory.create(name="report", kind="view")
    for upstream in (customers, DatasetFactory.create(name="merger_targets", tags=["secret"])):
        EdgeFactory.create(upstream=upstream, downstream=report)
    return report


def panel(client: Client, dataset: Dataset, side: str) -> tuple[set[str], int]:
    found = client.get(reverse("lineage:panel", args=[dataset.pk]), headers={"HX-Request": "true"}).context[side]
    return {neighbour.name for neighbour in found.datasets}, found.restricted


def test_both_directions_are_shown(customers: Dataset, report: Dataset, as_bob: Client) -> None:
    assert panel(as_bob, report, "upstream") == ({"customers", "merger_targets"}, 0)
    assert panel(as_bob, customers, "downstream") == ({"report"}, 0)


def test_a_hidden_neighbour_is_neither_named_nor_counted(report: Dataset, bob: User) -> None:
    RuleFactory.create(label="tag:secret", level="discover", people=[bob])
    assert panel(signed_in(bob), report, "upstream") == ({"customers"}, 0)


def test_a_restricted_neighbour_is_counted_without_its_name(report: Dataset, bob: User) -> None:
    RuleFactory.create(label="tag:secret", level="read", people=[bob])
    client = signed_in(bob)
    assert panel(client, report, "upstream") == ({"customers"}, 1)
    page = client.get(reverse("lineage:panel", args=[report.pk])).content.decode()
    assert "merger_targets" not in page


def test_access_to_a_restricted_neighbour_can_be_asked_for(report: Dataset, bob: User) -> None:
    secret = Dataset.objects.get(name="merger_targets")
    RuleFactory.create(label="tag:secret", level="read", people=[bob], reason="Nobody reads of the merger yet.")
    client = signed_in(bob)
    address = f"{reverse('permissions:ask')}?thing=dataset%3A{secret.pk}&level=read"
    assert address in html.unescape(client.get(reverse("lineage:panel", args=[report.pk])).content.decode())
    assert "Nobody reads of the merger yet." in client.get(address).content.decode()


def test_access_to_a_hidden_neighbour_cannot(report: Dataset, bob: User) -> None:
    RuleFactory.create(label="tag:secret", level="discover", people=[bob])
    page = signed_in(bob).get(reverse("lineage:panel", args=[report.pk])).content.decode()
    assert "Request access" not in page
    assert "closed to you" not in page


def test_an_edge_that_was_closed_is_gone(customers: Dataset, report: Dataset, as_bob: Client) -> None:
    report.node.upstream_edges.filter(upstream__dataset=customers).update(closed_at="2026-01-01T00:00Z")
    assert panel(as_bob, report, "upstream") == ({"merger_targets"}, 0)


@pytest.mark.parametrize(("level", "status"), [("sample", 200), ("read", 403), ("discover", 404)])
def test_lineage_is_open_to_readers(level: str, status: int, customers: Dataset, bob: User) -> None:
    RuleFactory.create(label="source:crm", level=level, people=[bob])
    assert signed_in(bob).get(reverse("lineage:panel", args=[customers.pk])).status_code == status


def test_the_panel_is_a_part_of_the_page_for_htmx(customers: Dataset, report: Dataset, as_bob: Client) -> None:
    part = as_bob.get(reverse("lineage:panel", args=[customers.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "report" in part
    assert "<html" not in part
