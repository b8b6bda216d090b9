"""Lineage stated by hand: by who curates the dataset downstream, with a reason, on the record, and taken back."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from catalog.models import Dataset
from lineage.models import Edge
from lineage.stating import state_upstream, withdraw_upstream
from permissions.models import AuditEntry, User
from tests.factories import DatasetFactory, RuleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(db: None) -> Dataset:
    return DatasetFactory.create(name="feed")


def test_a_curator_states_it_with_a_reason(customers: Dataset, feed: Dataset, alice: User) -> None:
    for reason in ("Typed in from the feed.", "Copied from the feed."):
        state_upstream(actor=alice, dataset=customers, upstream=feed, reason=reason)
    edge = Edge.objects.get()
    assert (edge.origin, edge.stated_by, edge.reason) == ("hand", alice, "Copied from the feed.")
    assert AuditEntry.objects.filter(action="lineage.stated").count() == 2


def test_others_may_not(customers: Dataset, feed: Dataset, bob: User) -> None:
    with pytest.raises(PermissionDenied):
        state_upstream(actor=bob, dataset=customers, upstream=feed, reason="I think so.")
    with pytest.raises(PermissionDenied):
        withdraw_upstream(actor=bob, dataset=customers, upstream=feed)


def test_nobody_states_what_they_may_not_read(customers: Dataset, feed: Dataset, alice: User) -> None:
    RuleFactory.create(label=f"dataset:{feed.key}", level="read", people=[alice])
    with pytest.raises(PermissionDenied):
        state_upstream(actor=alice, dataset=customers, upstream=feed, reason="I think so.")


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_it_is_refused(customers: Dataset, feed: Dataset, alice: User, reason: str) -> None:
    with pytest.raises(ValidationError):
        state_upstream(actor=alice, dataset=customers, upstream=feed, reason=reason)


def test_of_itself_it_is_refused(customers: Dataset, alice: User) -> None:
    with pytest.raises(ValidationError):
        state_upstream(actor=alice, dataset=customers, upstream=customers, reason="Yes.")


def test_it_is_taken_back_and_the_past_is_kept(customers: Dataset, feed: Dataset, as_alice: Client) -> None:
    url = f"/api/v1/datasets/{customers.pk}/upstream/{feed.pk}"
    assert as_alice.put(url, {"reason": "By hand."}, "application/json").status_code == 204
    assert Edge.objects.current().count() == 1
    assert as_alice.delete(url).status_code == 204
    assert (Edge.objects.current().count(), Edge.objects.count()) == (0, 1)


def test_over_rest_too_only_curators(customers: Dataset, feed: Dataset, as_bob: Client) -> None:
    url = f"/api/v1/datasets/{customers.pk}/upstream/{feed.pk}"
    assert as_bob.put(url, {"reason": "By hand."}, "application/json").status_code == 403
