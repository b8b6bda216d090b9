"""A curator states where a dataset comes from on its page; what they may not know of is as if it were not there."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.models import Dataset
from lineage.models import Edge
from permissions.models import User
from tests.cast import signed_in
from tests.factories import DatasetFactory, EdgeFactory, RuleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(customers: Dataset, bob: User) -> Dataset:
    return DatasetFactory.create(name="report", steward=bob)


def test_a_curator_states_it_and_takes_it_back(report: Dataset, customers: Dataset, as_bob: Client) -> None:
    page = f"/datasets/{report.pk}/lineage/stated/"
    told = {"upstream": f" {customers.key} ", "reason": "Typed in from the feed."}
    assert as_bob.post(page, told).headers["Location"] == page
    edge = Edge.objects.current().get()
    assert (edge.origin, edge.stated_by.username, edge.reason) == ("hand", "bob", "Typed in from the feed.")  # type: ignore[union-attr]
    assert "Typed in from the feed." in as_bob.get(page).content.decode()
    as_bob.post(f"{page}{customers.pk}/")
    assert not Edge.objects.current().exists()


def test_what_is_hidden_and_what_is_not_there_are_answered_alike(report: Dataset, bob: User) -> None:
    secret = DatasetFactory.create(tags=["secret"])
    RuleFactory.create(label="tag:secret", level="discover", people=[bob])
    page, client = f"/datasets/{report.pk}/lineage/stated/", signed_in(bob)
    answers = [client.post(page, {"upstream": key, "reason": "So."}) for key in (secret.key, "crm.nothing.here")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert len({str(answer.context["form"].errors) for answer in answers}) == 1


def test_others_may_not(report: Dataset, customers: Dataset) -> None:
    carol = signed_in(User.objects.create(username="carol"))
    assert carol.get(f"/datasets/{report.pk}/lineage/stated/").status_code == 403
    assert "lineage/stated" not in carol.get(f"/datasets/{report.pk}/lineage/").content.decode()


def test_a_picture_is_narrowed_and_keeps_what_lies_behind(report: Dataset, customers: Dataset, as_bob: Client) -> None:
    staging = DatasetFactory.create(name="staging", stage="preparation")
    Dataset.objects.filter(pk=customers.pk).update(stage="capture")
    EdgeFactory.create(upstream=customers, downstream=staging)
    EdgeFactory.create(upstream=staging, downstream=report)
    page = as_bob.get(f"/datasets/{report.pk}/lineage/?stage=capture")
    assert {card["name"] for card in page.context["picture"]["nodes"]} == {"report", "customers"}
    assert [branch.card.name for branch in page.context["up"]] == ["customers"]
    assert "1 that does not fit the filters is left out" in page.content.decode()
    assert {card["name"] for card in as_bob.get(f"/datasets/{report.pk}/lineage/graph/?kind=view").json()["nodes"]} == {
        "report"
    }
