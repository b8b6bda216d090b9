"""The first page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Dataset, Visit
from catalog.schema_diff import FieldState, diff, to_json
from catalog.services import record_visit, refresh_popularity
from catalog.tasks import refresh_popularity_daily
from harvest.models import Run
from permissions.models import User
from tests.factories import DatasetFactory, SchemaVersionFactory, SourceFactory

pytestmark = pytest.mark.django_db

PHONE = FieldState("phone", "text", "string")


def test_an_empty_catalog_says_what_will_be_here(as_bob: Client) -> None:
    assert "Nothing is here yet" in as_bob.get("/").content.decode()


def test_what_one_opened_last_comes_first(customers: Dataset, bob: User, as_bob: Client) -> None:
    other = DatasetFactory.create(name="orders")
    for minutes, dataset in ((5, other), (1, customers)):
        record_visit(actor=bob, dataset=dataset)
        Visit.objects.filter(dataset=dataset).update(at=timezone.now() - timedelta(minutes=minutes))
    assert as_bob.get("/").context["recent"] == [customers, other]


def test_what_others_opened_is_not_what_one_opened(customers: Dataset, alice: User, as_bob: Client) -> None:
    record_visit(actor=alice, dataset=customers)
    assert as_bob.get("/").context["recent"] == []


def test_popular_is_what_most_people_opened_in_a_month(
    customers: Dataset, alice: User, bob: User, charlie: User, as_bob: Client
) -> None:
    other, stale = DatasetFactory.create(), DatasetFactory.create()
    for person, dataset in ((alice, customers), (bob, customers), (bob, other), (charlie, stale)):
        record_visit(actor=person, dataset=dataset)
    Visit.objects.filter(dataset=stale).update(at=timezone.now() - timedelta(days=31))
    assert refresh_popularity() == 2
    assert as_bob.get("/").context["popular"] == [customers, other]


def test_counting_again_writes_only_what_changed(customers: Dataset, alice: User) -> None:
    record_visit(actor=alice, dataset=customers)
    assert refresh_popularity_daily() == 1
    assert refresh_popularity_daily() == 0


def test_visits_are_counted_and_those_at_once_are_one(customers: Dataset, alice: User) -> None:
    for _ in range(2):
        record_visit(actor=alice, dataset=customers)
    assert Visit.objects.get().times == 1
    Visit.objects.update(at=timezone.now() - timedelta(minutes=1))
    record_visit(actor=alice, dataset=customers)
    assert Visit.objects.get().times == 2


def test_breaking_changes_of_the_week_are_told(customers: Dataset, as_bob: Client) -> None:
    changes = to_json(diff([FieldState("fax", "text", "string")], []))
    SchemaVersionFactory.create(dataset=customers, number=2, created_at=timezone.now(), changes=changes)
    (news,) = as_bob.get("/").context["changes"]
    assert (news.version.dataset, news.breaking) == (customers, True)


def test_new_and_archived_datasets_are_counted_by_source(customers: Dataset, as_bob: Client) -> None:
    now = timezone.now()
    Dataset.objects.update(first_seen_at=now - timedelta(days=30))
    DatasetFactory.create(source=customers.source)
    DatasetFactory.create(
        source=customers.source, first_seen_at=now - timedelta(days=30), archived_at=now - timedelta(days=1)
    )
    (one,) = as_bob.get("/").context["came_and_went"]
    assert (one.source.slug, one.datasets, one.added, one.gone) == ("crm", 2, 1, 1)


def test_a_source_whose_last_harvest_failed_is_told(customers: Dataset, as_bob: Client) -> None:
    Run.objects.create(source=customers.source, state="failed")
    Run.objects.create(source=SourceFactory.create(), state="succeeded")
    assert [one.source.slug for one in as_bob.get("/").context["troubled"]] == ["crm"]


def test_a_dry_run_says_nothing_about_a_source(customers: Dataset, as_bob: Client) -> None:
    Run.objects.create(source=customers.source, state="failed", dry=True)
    assert as_bob.get("/").context["troubled"] == []


def test_home_answers_strangers_with_the_sign_in_page(client: Client, alice: User) -> None:
    assert "/accounts/login/" in client.get("/")["Location"]


def test_what_breaks_comes_first_and_a_dataset_only_once(customers: Dataset, as_bob: Client) -> None:
    now = timezone.now()
    gone, added = to_json(diff([PHONE], [])), to_json(diff([], [PHONE]))
    other = DatasetFactory.create(name="orders")
    for dataset, number, hours, changes, kind in (
        (other, 2, 1, added, "compatible"),
        (customers, 3, 2, added, "compatible"),
        (customers, 2, 3, gone, "breaking"),
        (other, 3, 0, added, "compatible"),
    ):
        SchemaVersionFactory.create(
            dataset=dataset, number=number, created_at=now - timedelta(hours=hours), changes=changes, change_class=kind
        )
    news = as_bob.get("/").context["changes"]
    assert [(one.version.dataset.name, one.version.number) for one in news] == [("customers", 2), ("orders", 3)]
