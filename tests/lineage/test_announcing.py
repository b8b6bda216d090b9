"""A change that breaks readers is told to those who answer for what it reaches, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog.models import Dataset, SchemaVersion
from lineage.announcing import announce_breaking
from lineage.models import FieldEdge
from notifications.models import Notice
from notifications.subjects import still_open
from permissions.models import User
from tests.factories import THEN, DatasetFactory, EdgeFactory, RuleFactory, SchemaVersionFactory

pytestmark = pytest.mark.django_db
BEFORE = THEN - timedelta(minutes=1)
GONE = {"kind": "removed", "path": "email", "before": "text", "after": "", "breaking": True, "message": "Gone.",
        "confidence": None}  # fmt: skip


@pytest.fixture
def change(customers: Dataset, bob: User) -> SchemaVersion:
    """The e-mail of customers is gone, which Bob's report shows, two steps away; Bob's mart reads only names."""
    middle = DatasetFactory.create(name="middle")
    report, mart = (DatasetFactory.create(name=name, steward=bob) for name in ("report", "mart"))
    for up, down, column in ((customers, middle, "email"), (middle, report, "email"), (customers, mart, "name")):
        edge = EdgeFactory.create(upstream=up, downstream=down)
        FieldEdge.objects.create(edge=edge, upstream_path=column, downstream_path=column, step="identity")
    return SchemaVersionFactory.create(dataset=customers, number=2, changes=[GONE], change_class="breaking")


def announced(change: SchemaVersion) -> list[tuple[str, str]]:
    announce_breaking(change.dataset.source, BEFORE)
    return [(notice.person.username, notice.detail) for notice in Notice.objects.all()]


def test_who_answers_for_what_it_reaches_is_told_once(change: SchemaVersion) -> None:
    assert announced(change) == [("bob", "1 dataset that you answer for may be hit.")]
    assert len(announced(change)) == 1
    notice = Notice.objects.get()
    assert "email" in notice.title
    assert notice.url == f"/datasets/{change.dataset_id}/impact/"


def test_who_may_not_read_of_it_is_not_told(change: SchemaVersion, bob: User) -> None:
    RuleFactory.create(label="source:crm", level="read", people=[bob])
    assert announced(change) == []


def test_what_reaches_them_through_something_hidden_is_not_told(change: SchemaVersion, bob: User) -> None:
    RuleFactory.create(label=f"dataset:{Dataset.objects.get(name='middle').key}", level="discover", people=[bob])
    assert announced(change) == []


def test_a_closed_field_is_not_told_of(change: SchemaVersion, customers: Dataset, bob: User) -> None:
    RuleFactory.create(label="class:pii", level="read", people=[bob])
    customers.fields.filter(path="email").update(labels=["class:pii"])
    assert announced(change) == []


def test_what_was_found_earlier_or_breaks_nobody_is_not_told(change: SchemaVersion) -> None:
    assert announce_breaking(change.dataset.source, THEN + timedelta(minutes=1)) == 0
    SchemaVersion.objects.update(change_class="compatible")
    assert announced(change) == []


@pytest.mark.parametrize(("level", "labels"), [("read", []), ("discover", ["class:pii"])])
def test_what_was_told_is_taken_back_with_what_it_names(
    level: str, labels: list[str], change: SchemaVersion, customers: Dataset, bob: User
) -> None:
    announced(change)
    notices = list(Notice.objects.filter(person=bob))
    assert still_open(bob, notices) == notices
    RuleFactory.create(label=labels[0] if labels else "source:crm", level=level, people=[bob])
    customers.fields.filter(path="email").update(labels=labels)
    assert still_open(User.objects.get(pk=bob.pk), notices) == []
