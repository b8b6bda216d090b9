"""Data goes out of use in the open, and what people said of it outlives it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.curation.gone import gone, restore_words
from catalog.curation.services import edit, edit_many
from catalog.curation.undo import undo_edit
from catalog.lifecycle import check_retirement
from catalog.models import Dataset, Follow
from catalog.telling import follow
from notifications.models import Notice
from notifications.subjects import still_open
from tests.factories import (
    ClassificationFactory,
    DatasetFactory,
    EdgeFactory,
    FieldFactory,
    RuleFactory,
    TagFactory,
    UserFactory,
)


def told(kind="deprecated"):
    return set(Notice.objects.filter(kind=kind).values_list("person__username", flat=True))


def test_who_answers_follows_or_builds_on_it_hears_of_a_deprecation(alice, bob, charlie, customers):
    made = DatasetFactory.create(owner=bob)
    EdgeFactory.create(upstream=customers, downstream=made)
    for person in (charlie, UserFactory.create(username="dora"), alice):
        follow(actor=person, dataset=customers)
    RuleFactory.create(label=f"dataset:{customers.key}", level="read", people=[charlie], owner=alice)
    changes = {"lifecycle": "deprecated", "deprecation_note": "Nobody loads it.", "retire_on": "2031-05-06"}
    edit(actor=alice, thing=customers, changes=changes)
    assert told() == {"bob", "dora"}
    notice = Notice.objects.filter(kind="deprecated")[0]
    assert notice.title == "Deprecated: customers"
    assert notice.detail == "It goes out of use on 6 May 2031. Nobody loads it."
    edit(actor=alice, thing=customers, changes={"title": "Customers"})
    assert Notice.objects.filter(kind="deprecated").count() == 2


def test_many_at_once_are_one_notice(alice, crm):
    bob = UserFactory.create(username="bob")
    many = [DatasetFactory.create(source=crm, owner=alice, steward=bob) for _ in range(7)]
    edit_many(actor=alice, kind="dataset", rows=[(one.pk, {"lifecycle": "archived"}) for one in many])
    assert Notice.objects.get().title == "Datasets that concern you go out of use: 7"


def test_of_many_at_once_only_those_one_may_read_about_are_counted(alice, crm):
    bob = UserFactory.create(username="bob")
    many = [DatasetFactory.create(source=crm, owner=alice, steward=bob) for _ in range(8)]
    RuleFactory.create(label=f"dataset:{many[0].key}", level="discover", people=[bob], owner=alice)
    edit_many(actor=alice, kind="dataset", rows=[(one.pk, {"lifecycle": "archived"}) for one in many])
    assert Notice.objects.get(person=bob).title == "Datasets that concern you go out of use: 7"


def test_what_was_told_is_gone_with_the_reading(alice, bob, customers):
    follow(actor=bob, dataset=customers)
    edit(actor=alice, thing=customers, changes={"lifecycle": "deprecated", "deprecation_note": "Nobody loads it."})
    notices = list(Notice.objects.filter(person=bob))
    assert still_open(bob, notices) == notices != []
    RuleFactory.create(label="source:crm", level="read", people=[bob], owner=alice)
    assert still_open(type(bob).objects.get(pk=bob.pk), notices) == []


def test_its_date_comes_near_and_passes(alice, bob, customers):
    follow(actor=bob, dataset=customers)
    today = timezone.localdate()
    for days, kind, people in ((20, "retirement_soon", {"alice", "bob"}), (0, "retirement_due", {"alice"})):
        Dataset.objects.update(retire_on=today + timedelta(days=days))
        assert (check_retirement(), check_retirement()) == (len(people), 0)
        assert told(kind) == people
    Notice.objects.all().delete()
    Dataset.objects.update(lifecycle="archived")
    assert check_retirement() == 0


@pytest.fixture
def lost(alice, crm):
    """A dataset that was described and then deleted, and another of its key."""
    TagFactory.create(slug="gold")
    ClassificationFactory.create(slug="pii")
    first = DatasetFactory.create(source=crm, name="orders", columns=["id"])
    mail = FieldFactory.create(dataset=first, name="mail")
    edit(actor=alice, thing=first, changes={"title": "Orders", "tags": "gold", "grain": "an order"})
    edit(actor=alice, thing=mail, changes={"description": "Where to write.", "classifications": "pii"})
    pk, key = first.pk, first.key
    first.delete()
    again = DatasetFactory.create(source=crm, name="orders", columns=["id", "mail"])
    assert (again.key, again.pk != pk) == (key, True)
    return pk, again


def test_a_deleted_dataset_keeps_a_page_for_those_who_might_read_it(lost, as_alice, as_charlie):
    pk, again = lost
    url = reverse("catalog:dataset", args=[pk])
    page = as_alice.get(url)
    assert page.status_code == 410
    assert b"Where to write." in page.content
    assert again.get_absolute_url().encode() in page.content
    assert as_charlie.get(url).status_code == 404
    assert as_alice.get(reverse("catalog:dataset", args=[pk + 10_000])).status_code == 404


def test_its_words_are_given_to_another_where_that_says_nothing(lost, alice, charlie):
    pk, again = lost
    edit(actor=alice, thing=again, changes={"grain": "one order"})
    found = gone(alice, pk)
    assert found is not None
    done = restore_words(actor=alice, lost=found, onto=again)
    assert done is not None
    again.refresh_from_db()
    mail = again.fields.get(path="mail")
    assert (again.title, again.grain, again.tags.get().slug) == ("Orders", "one order", "gold")
    assert (mail.human_description, mail.labels, "tag:gold" in again.labels) == ("Where to write.", ["class:pii"], True)
    undo_edit(actor=alice, edit=done)
    again.refresh_from_db()
    assert (again.title, again.tags.count()) == ("", 0)
    assert restore_words(actor=charlie, lost=found, onto=again) is None


def test_the_page_gives_them_on(lost, as_alice, as_bob):
    pk, again = lost
    url = reverse("catalog:dataset", args=[pk])
    assert as_bob.post(url, {"onto": again.key}).status_code == 410
    assert as_alice.post(url, {"onto": again.key}).headers["Location"] == again.get_absolute_url()
    again.refresh_from_db()
    assert again.title == "Orders"


def test_one_follows_and_stops(as_bob, customers):
    url = reverse("catalog:follow", args=[customers.pk])
    as_bob.post(url, {"choice": "follow"})
    assert b"Following" in as_bob.get(customers.get_absolute_url()).content
    as_bob.post(url, {"choice": "stop"})
    assert not Follow.objects.exists()
