"""Searches that people keep, and what they are told of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from catalog.following import MOST_NOTICES, check_saved_searches
from catalog.models import Dataset, SavedSearch
from catalog.search.feed import catch_up
from catalog.searches import save_search
from catalog.tasks import check_saved_searches_now
from notifications.models import Notice
from notifications.services import unread_count
from permissions.models import User
from tests.cast import signed_in
from tests.factories import DatasetFactory, FieldFactory, RuleFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

Watch = Callable[..., SavedSearch]


@pytest.fixture(autouse=True)
def index(settings: Settings, tmp_path: Path) -> None:
    settings.CONCORD_SEARCH_DIR = tmp_path / "search"


@pytest.fixture
def watch(bob: User) -> Watch:
    """Bob keeps a search; it was saved a little before now."""

    def keep(query: str, notify: str = "at_once", person: User = bob) -> SavedSearch:
        return save_search(actor=person, name=f"{query} search", query=query, notify=notify)

    return keep


def told(person: User) -> list[str]:
    """Names of the datasets a person was told of, each as often as they were."""
    ids = list(Notice.objects.filter(person=person, subject="dataset").values_list("subject_id", flat=True))
    names = dict(Dataset.objects.values_list("pk", "name"))
    return sorted(names[pk] for pk in ids if pk is not None)


def test_a_search_is_saved_listed_run_and_deleted(customers: Dataset, as_bob: Client) -> None:
    catch_up()
    posted = {"name": "Ours", "notify": "daily", "query": "q=customers&kind=table&after=20&view=table&nonsense=1"}
    assert as_bob.post("/searches/save/", posted)["Location"] == "/search/?q=customers&kind=table"
    page = as_bob.get("/searches/").content.decode()
    assert "/search/?q=customers&amp;kind=table" in page
    saved = SavedSearch.objects.get()
    as_bob.post(f"/searches/{saved.pk}/delete/")
    assert not SavedSearch.objects.exists()


def test_deleting_can_be_undone(as_bob: Client, bob: User, watch: Watch) -> None:
    saved = watch("q=orders", "daily")
    answer = as_bob.post(f"/searches/{saved.pk}/delete/", follow=True)
    (message,) = answer.context["messages"]
    as_bob.post(message.extra_tags)
    back = SavedSearch.objects.get()
    assert (back.person, back.name, back.query, back.notify) == (bob, saved.name, "q=orders", "daily")


def test_an_undo_nobody_gave_is_refused(as_bob: Client) -> None:
    assert as_bob.post("/searches/restore/?search=made-up").status_code == 404


def test_nobody_sees_or_changes_the_searches_of_others(watch: Watch, as_alice: Client) -> None:
    saved = watch("q=orders")
    assert as_alice.get("/searches/").context["searches"] == []
    assert as_alice.get(f"/searches/{saved.pk}/").status_code == 404
    assert as_alice.post(f"/searches/{saved.pk}/delete/").status_code == 404
    assert as_alice.post(f"/searches/{saved.pk}/", {"name": "x", "notify": "never"}).status_code == 404


def test_saving_under_a_known_name_replaces_that_search(bob: User) -> None:
    for query in ("q=a", "q=b"):
        save_search(actor=bob, name="Mine", query=query, notify="never")
    assert SavedSearch.objects.get().query == "q=b"


def test_two_searches_cannot_have_one_name(watch: Watch, as_bob: Client) -> None:
    first, second = watch("q=a"), watch("q=b")
    answer = as_bob.post(f"/searches/{second.pk}/", {"name": first.name, "notify": "never"})
    assert answer.status_code == 422
    assert "You keep another search of this name." in answer.content.decode()


def test_a_new_dataset_that_matches_is_told_once(customers: Dataset, bob: User, watch: Watch) -> None:
    watch("q=orders")
    DatasetFactory.create(name="orders", columns=["id"])
    DatasetFactory.create(name="weather")
    assert check_saved_searches_now() == 1
    assert told(bob) == ["orders"]
    Dataset.objects.filter(name="orders").update(human_description="Orders as billed.")
    assert check_saved_searches() == 0


def test_what_was_there_already_is_no_news(bob: User, watch: Watch) -> None:
    old = DatasetFactory.create(name="orders", first_seen_at=timezone.now() - timedelta(days=1))
    watch("q=orders")
    check_saved_searches()
    Dataset.objects.filter(pk=old.pk).update(human_description="Orders as billed.")
    check_saved_searches()
    assert told(bob) == []


def test_a_new_dataset_that_matches_only_later_is_told_then(bob: User, watch: Watch) -> None:
    watch("q=orders")
    new = DatasetFactory.create(name="t_1")
    check_saved_searches()
    assert told(bob) == []
    Dataset.objects.filter(pk=new.pk).update(human_description="Orders as billed.")
    check_saved_searches()
    assert told(bob) == ["t_1"]


def test_every_word_and_filter_has_to_match(bob: User, watch: Watch) -> None:
    watch("q=late+orders&kind=view")
    DatasetFactory.create(name="late_orders")
    DatasetFactory.create(name="orders_view", kind="view")
    DatasetFactory.create(name="late_orders_view", kind="view")
    check_saved_searches()
    assert told(bob) == ["late_orders_view"]


def test_what_is_hidden_is_never_told(bob: User, alice: User, watch: Watch) -> None:
    for person in (alice, bob):
        watch("q=orders", person=person)
    RuleFactory.create(label="tag:secret", level="discover", people=[bob])
    DatasetFactory.create(name="orders_open")
    DatasetFactory.create(name="orders_secret", tags=["secret"])
    check_saved_searches()
    assert told(alice) == ["orders_open", "orders_secret"]
    assert told(bob) == ["orders_open"]


def test_closed_columns_make_no_match(bob: User, watch: Watch) -> None:
    watch("q=salary")
    RuleFactory.create(label="class:pii", level="read", people=[bob])
    FieldFactory.create(dataset=DatasetFactory.create(name="people"), name="salary", classified=["pii"])
    check_saved_searches()
    assert told(bob) == []


def test_a_notice_about_what_became_hidden_is_not_shown(bob: User, watch: Watch) -> None:
    watch("q=orders")
    orders = DatasetFactory.create(name="orders_merger", tags=["secret"])
    check_saved_searches()
    notice = Notice.objects.get()
    assert "orders_merger" in signed_in(bob).get("/inbox/").content.decode()
    rule = RuleFactory.create(label="tag:secret", level="discover", people=[bob])
    client = signed_in(bob)
    assert "orders_merger" not in client.get("/inbox/").content.decode()
    assert client.get(f"/inbox/{notice.pk}/").status_code == 404
    assert unread_count(User.objects.get(pk=bob.pk)) == 0
    assert orders not in client.get(f"/searches/{SavedSearch.objects.get().pk}/").context["listing"].items
    assert [one.found for one in client.get("/searches/").context["searches"]] == [0]
    rule.delete()
    assert unread_count(User.objects.get(pk=bob.pk)) == 1


def test_many_matches_at_once_are_one_notice_that_names_nothing(bob: User, watch: Watch) -> None:
    saved = watch("q=orders")
    for n in range(MOST_NOTICES + 1):
        DatasetFactory.create(name=f"orders_{n}", tags=["secret"])
    check_saved_searches()
    notice = Notice.objects.get()
    assert (notice.url, notice.subject) == (saved.get_absolute_url(), "saved_search")
    assert len(signed_in(bob).get(notice.url).context["listing"].items) == MOST_NOTICES + 1
    RuleFactory.create(label="tag:secret", level="discover", people=[bob])
    assert unread_count(User.objects.get(pk=bob.pk)) == 0


def test_daily_searches_are_looked_at_once_a_day(bob: User, watch: Watch) -> None:
    watch("q=orders", "daily")
    DatasetFactory.create(name="orders")
    check_saved_searches()
    assert told(bob) == []
    SavedSearch.objects.update(checked_at=timezone.now() - timedelta(days=1))
    check_saved_searches()
    assert told(bob) == ["orders"]


def test_nobody_who_did_not_ask_or_has_left_is_told(bob: User, watch: Watch) -> None:
    watch("q=orders", "never")
    watch("q=orders", person=UserFactory.create(is_active=False))
    DatasetFactory.create(name="orders")
    check_saved_searches()
    assert not Notice.objects.exists()


def test_the_saved_search_page_lists_new_matches(bob: User, watch: Watch) -> None:
    saved = watch("q=orders")
    orders = DatasetFactory.create(name="orders")
    check_saved_searches()
    client = signed_in(bob)
    assert client.get(f"/searches/{saved.pk}/").context["listing"].items == [orders]
    assert [one.found for one in client.get("/searches/").context["searches"]] == [1]
