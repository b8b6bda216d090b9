"""The inbox: one's own notices, less what is closed to one now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalog.models import Dataset
from notifications.models import Notice
from notifications.services import remove_old, tell, unread_count
from notifications.tasks import remove_old_notices
from permissions.models import OptOutRule, User
from tests.factories import DatasetFactory

pytestmark = pytest.mark.django_db


def notice(person: User, dataset: Dataset | None = None, **more: object) -> Notice:
    about = {"subject": "dataset", "subject_id": dataset.pk, "url": dataset.get_absolute_url()} if dataset else {}
    defaults = {"kind": "new_match", "title": "A notice", "url": "/browse/", **about}
    return Notice.objects.create(person=person, **{**defaults, **more})


def test_one_sees_ones_own_notices_latest_first(bob: User, alice: User, as_bob: Client) -> None:
    now = timezone.now()
    older = notice(bob, created_at=now - timedelta(hours=1))
    newer = notice(bob, created_at=now)
    notice(alice)
    assert as_bob.get("/inbox/").context["listing"].items == [newer, older]


def test_opening_a_notice_marks_it_read_and_leads_on(bob: User, as_bob: Client) -> None:
    one = notice(bob)
    notice(bob)
    assert as_bob.get(f"/inbox/{one.pk}/")["Location"] == "/browse/"
    assert unread_count(bob) == 1


def test_notices_of_others_cannot_be_opened(alice: User, as_bob: Client) -> None:
    one = notice(alice)
    assert as_bob.get(f"/inbox/{one.pk}/").status_code == 404
    assert unread_count(alice) == 1


def test_a_notice_never_leads_away_from_the_site(bob: User, as_bob: Client) -> None:
    for url in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert as_bob.get(f"/inbox/{notice(bob, url=url).pk}/")["Location"] == "/inbox/"


def test_all_are_marked_read_at_once(bob: User, alice: User, as_bob: Client) -> None:
    for person in (bob, bob, alice):
        notice(person)
    as_bob.post("/inbox/read/")
    assert (unread_count(bob), unread_count(alice)) == (0, 1)


def test_notices_about_hidden_things_are_neither_shown_nor_counted(
    customers: Dataset, charlie: User, as_charlie: Client, hidden_from_charlie: OptOutRule
) -> None:
    seen = notice(charlie, DatasetFactory.create())
    notice(charlie, customers, title="New: customers")
    page = as_charlie.get("/inbox/")
    assert page.context["listing"].items == [seen]
    assert unread_count(charlie) == 1
    assert "1 unread" in page.content.decode()


def test_a_notice_about_what_is_gone_or_of_an_unknown_kind_is_not_shown(bob: User, as_bob: Client) -> None:
    notice(bob, subject="dataset", subject_id=999_999)
    notice(bob, subject="spaceship", subject_id=1)
    assert as_bob.get("/inbox/").context["listing"].items == []


def test_a_notice_has_a_whole_subject_or_none(bob: User) -> None:
    with pytest.raises(IntegrityError):
        tell([Notice(person=bob, kind="x", title="x", url="/", subject="dataset")])


def test_only_what_was_read_long_ago_is_removed(bob: User) -> None:
    long_ago = timezone.now() - timedelta(days=100)
    notice(bob, created_at=long_ago)
    notice(bob, created_at=long_ago, read_at=timezone.now())
    notice(bob, created_at=long_ago, read_at=long_ago)
    assert remove_old_notices() == 1
    assert remove_old() == 0


def test_an_empty_inbox_says_what_will_be_here(as_bob: Client) -> None:
    assert "Nothing to tell you" in as_bob.get("/inbox/").content.decode()


def test_the_inbox_asks_the_same_few_questions_at_any_size(
    bob: User, as_bob: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(30):
        notice(bob, DatasetFactory.create())
    with django_assert_max_num_queries(10):
        assert len(as_bob.get("/inbox/").context["listing"].items) == 30
