"""A pipeline's failed test is one ticket and one notice a person, however often it is told, until it passes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Dataset
from feedback.linking import route_upstream
from feedback.models import SavedView, Ticket
from feedback.results import Result, take_result
from feedback.services import move, report
from feedback.talking import comment
from feedback.workflow import State
from notifications.models import Notice
from permissions.models import User
from tests.api.conftest import JSON, program
from tests.factories import DatasetFactory, EdgeFactory, RuleFactory, TicketFactory, UserFactory
from tests.feedback.test_levels import promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def pipeline(bob: User) -> Client:
    return program(bob, "write")


def tell(client: Client, *results: dict[str, Any]) -> list[dict[str, Any]]:
    defaults = {"key": "crm.public.customers", "test": "not_null", "passed": False}
    body = json.dumps({"results": [defaults | one for one in results]})
    answer = client.post(reverse("api:test_results"), body, content_type=JSON)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_a_hundred_failures_are_one_ticket_and_one_notice_a_person(
    pipeline: Client, customers: Dataset, alice: User
) -> None:
    for _ in range(2):
        tell(pipeline, *[{"detail": "412 rows"}] * 50)
    ticket = Ticket.objects.get()
    assert (ticket.times, ticket.assignee, ticket.body) == (100, alice, "412 rows")
    assert Notice.objects.filter(person=alice).count() == 1


def test_a_test_that_passes_closes_its_ticket_and_fixes_what_came_of_it(
    pipeline: Client, customers: Dataset, alice: User
) -> None:
    below = DatasetFactory.create(name="below", owner=alice)
    EdgeFactory.create(upstream=customers, downstream=below)
    (opened,) = tell(pipeline, {})
    cause = Ticket.objects.get(pk=opened["ticket"])
    effect = report(actor=UserFactory.create(), dataset=below, kind="wrong", severity="minor", title="Names are empty")
    route_upstream(actor=alice, ticket=effect, dataset=customers, joining=cause)
    assert [one["outcome"] for one in tell(pipeline, {"passed": True}, {"passed": True})] == ["closed", "nothing"]
    cause.refresh_from_db()
    effect.refresh_from_db()
    assert (cause.state, effect.state) == ("confirmed", "fixed")
    assert [one["outcome"] for one in tell(pipeline, {})] == ["opened"]


def test_what_was_said_to_be_fixed_is_opened_again_when_it_fails(
    pipeline: Client, customers: Dataset, alice: User
) -> None:
    tell(pipeline, {})
    ticket = Ticket.objects.get()
    move(actor=alice, ticket=move(actor=alice, ticket=ticket, to=State.IN_PROGRESS), to=State.FIXED)
    assert [one["outcome"] for one in tell(pipeline, {}, {})] == ["reopened", "again"]


def test_one_result_that_is_refused_never_spoils_the_rest(pipeline: Client, customers: Dataset, bob: User) -> None:
    RuleFactory.create(label="source:hr", level="discover", people=[bob])
    found = tell(pipeline, {"key": "hr.public.pay"}, {"field": "nowhere"}, {"test": "other"})
    assert [one["outcome"] for one in found] == ["refused", "refused", "opened"]
    assert found[0]["why"] == "There is no such dataset."


def test_a_pipeline_cannot_close_what_another_opened(pipeline: Client, customers: Dataset) -> None:
    other = program(UserFactory.create(), "write")
    tell(other, {})
    assert tell(pipeline, {"passed": True})[0]["outcome"] == "refused"
    assert Ticket.objects.get().is_open


def test_a_result_of_an_open_dataset_says_nothing_of_a_ticket_closed_since(customers: Dataset, bob: User) -> None:
    take_result(actor=bob, result=Result(dataset=customers, key="a", passed=False, title="It fails"))
    assert Ticket.objects.filter(key="a").count() == 1


@pytest.fixture
def three(customers: Dataset) -> list[Ticket]:
    return TicketFactory.create_batch(3, dataset=customers)


def test_many_are_changed_at_once(as_alice: Client, bob: User, three: list[Ticket]) -> None:
    given = {"ticket": [one.pk for one in three], "to": "triaged", "assignee": "bob", "priority": "1",
             "back": "whose=all&state=new"}  # fmt: skip
    answer = as_alice.post(reverse("feedback:bulk"), given)
    assert answer["Location"] == "/feedback/?whose=all&state=new"
    assert set(Ticket.objects.values_list("state", "assignee", "priority")) == {("triaged", bob.pk, 1)}


def test_many_are_changed_all_or_none_and_each_reason_is_told(as_alice: Client, three: list[Ticket]) -> None:
    Ticket.objects.filter(pk=three[0].pk).update(state="confirmed")
    page = as_alice.post(reverse("feedback:bulk"), {"ticket": [one.pk for one in three], "to": "triaged"})
    assert page.status_code == 422
    assert b"What is confirmed cannot become triaged." in page.content
    assert Ticket.objects.filter(state="new").count() == 2


def test_many_that_one_may_not_read_are_not_there(as_charlie: Client, three: list[Ticket]) -> None:
    page = as_charlie.post(reverse("feedback:bulk"), {"ticket": [one.pk for one in three], "to": "triaged"})
    assert b"No ticket was ticked that you may read" in page.content


def test_no_more_is_begun_than_may_be_in_progress(as_alice: Client, alice: User, three: list[Ticket]) -> None:
    promise(alice, three[0].dataset, most_in_progress=2)
    page = as_alice.post(reverse("feedback:bulk"), {"ticket": [one.pk for one in three], "to": "in_progress"})
    assert b"2 are in progress already: finish something first." in page.content
    as_alice.post(reverse("feedback:bulk"), {"ticket": [one.pk for one in three[:2]], "to": "in_progress"})
    assert Ticket.objects.filter(state="in_progress").count() == 2


def test_how_a_list_is_narrowed_is_saved_under_a_name(as_alice: Client, alice: User, as_bob: Client) -> None:
    given = {"name": "Late ones", "query": "whose=all&state=overdue&evil=https://x"}
    answer = as_alice.post(reverse("feedback:save_view"), given)
    assert answer["Location"] == "/feedback/?whose=all&state=overdue"
    assert b"Late ones" in as_alice.get(reverse("feedback:tickets")).content
    view = SavedView.objects.get()
    assert as_bob.post(reverse("feedback:forget_view", args=[view.pk])).status_code == 404
    as_alice.post(reverse("feedback:forget_view", args=[view.pk]))
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["tickets", "comments", "service_levels"])
def test_tables_hold_what_one_may_read(name: str, as_charlie: Client, as_alice: Client, three: list[Ticket]) -> None:
    alice = three[0].dataset.owner
    assert alice
    comment(actor=alice, ticket=three[0], body="crm.public.customers shouts")
    promise(alice, three[0].dataset, answer_major=3)
    address = reverse("api:table", args=[name])
    shown, hidden = (b"".join(client.get(address)) for client in (as_alice, as_charlie))
    assert b"crm.public.customers" in shown
    assert b"crm.public.customers" not in hidden
