"""The pages of feedback, as those who report and those who fix use them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Dataset
from feedback.models import Ticket
from permissions.models import OptOutRule, User
from tests.cast import signed_in
from tests.factories import DatasetFactory, EdgeFactory, RuleFactory, TicketFactory

pytestmark = pytest.mark.django_db


def report(client: Client, dataset: Dataset, **more: str) -> object:
    address = f"{reverse('feedback:report')}?thing=dataset:{dataset.pk}"
    return client.post(address, {"title": "Names shout", "kind": "wrong", "severity": "minor", **more}, follow=True)


def test_a_report_leads_to_its_page(as_bob: Client, customers: Dataset) -> None:
    page = report(as_bob, customers, body="**All** of them")
    ticket = Ticket.objects.get()
    assert ticket.dataset == customers
    assert b"<strong>All</strong> of them" in page.content  # type: ignore[attr-defined]
    assert b"Alice Archer is asked" in page.content  # type: ignore[attr-defined]


def test_a_report_without_words_loses_nothing(as_bob: Client, customers: Dataset) -> None:
    page = report(as_bob, customers, title="no", body="All of them")
    assert page.status_code == 422  # type: ignore[attr-defined]
    assert b"All of them" in page.content  # type: ignore[attr-defined]
    assert not Ticket.objects.exists()


def test_a_script_in_a_report_is_text(as_bob: Client, customers: Dataset) -> None:
    page = report(as_bob, customers, title="<script>alert(1)</script>", body="<img src=x onerror=alert(1)>")
    assert b"<script>alert" not in page.content  # type: ignore[attr-defined]
    assert b"<img" not in page.content  # type: ignore[attr-defined]


def test_the_board_shows_each_ticket_where_it_stands(as_alice: Client, customers: Dataset) -> None:
    TicketFactory.create(dataset=customers, title="Names shout", state="in_progress")
    page = as_alice.get(reverse("feedback:dataset", args=[customers.pk])).content.decode()
    assert page.index('id="column-in_progress"') < page.rindex("Names shout") < page.index('id="column-fixed"')


def test_who_does_not_triage_moves_nothing(as_bob: Client, customers: Dataset) -> None:
    ticket = TicketFactory.create(dataset=customers)
    answer = as_bob.post(reverse("feedback:move", args=[ticket.pk]), {"to": "triaged"})
    assert answer.status_code == 403
    ticket.refresh_from_db()
    assert ticket.state == "new"


def test_a_ticket_is_sorted_in_one_go(as_alice: Client, bob: User, customers: Dataset) -> None:
    ticket = TicketFactory.create(dataset=customers)
    given = {"assignee": "bob", "priority": "1", "due_on": "2030-01-31"}
    as_alice.post(reverse("feedback:triage", args=[ticket.pk]), given)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.priority, str(ticket.due_on), ticket.state) == (bob, 1, "2030-01-31", "triaged")


def test_a_problem_is_taken_to_the_dataset_upstream(as_alice: Client, customers: Dataset) -> None:
    upstream = DatasetFactory.create(name="landing")
    EdgeFactory.create(upstream=upstream, downstream=customers)
    ticket = TicketFactory.create(dataset=customers)
    address = reverse("feedback:route", args=[ticket.pk])
    assert b"landing" in as_alice.get(address).content
    as_alice.post(address, {"dataset": upstream.pk})
    assert upstream.tickets.get().effects.get().effect == ticket


def test_what_waits_is_told_on_the_home_page(as_alice: Client, alice: User, customers: Dataset) -> None:
    TicketFactory.create(dataset=customers, assignee=alice, title="Names shout")
    assert b"Names shout" in as_alice.get(reverse("feedback:queue")).content


def test_a_hidden_ticket_is_nothing(as_charlie: Client, customers: Dataset) -> None:
    ticket = TicketFactory.create(dataset=customers)
    assert as_charlie.get(ticket.get_absolute_url()).status_code == 404


def test_whoever_may_not_read_of_the_cause_reads_that_it_is_worked_on(charlie: User, customers: Dataset) -> None:
    RuleFactory.create(label="source:crm", level="read", people=[charlie])
    TicketFactory.create(dataset=customers, title="Merged names")
    below = DatasetFactory.create(name="below")
    EdgeFactory.create(upstream=customers, downstream=below)
    page = signed_in(charlie).get(below.get_absolute_url()).content.decode()
    assert "Known problem upstream" in page
    assert "being worked on upstream" in page
    assert "Merged names" not in page
    assert "customers" not in page


def test_lists_badge_problems_with_as_many_questions_for_twenty_datasets_as_for_one(
    as_alice: Client, customers: Dataset, django_assert_max_num_queries: object
) -> None:
    TicketFactory.create(dataset=customers)
    for dataset in DatasetFactory.create_batch(20, source=customers.source, container=customers.container):
        EdgeFactory.create(upstream=customers, downstream=dataset)
    address = reverse("catalog:browse_container", args=[customers.source.slug, customers.container_id])
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        page = as_alice.get(address).content.decode()
    assert page.count("Known problem upstream") == 20
    assert page.count("Open problem") == 1


@pytest.mark.parametrize("name", ["feedback:dataset", "feedback:ticket", "feedback:tickets"])
def test_a_page_asks_as_much_for_twenty_tickets_as_for_one(
    name: str, alice: User, customers: Dataset, django_assert_max_num_queries: object, hidden_from_charlie: OptOutRule
) -> None:
    tickets = TicketFactory.create_batch(20, dataset=customers, assignee=alice)
    values = {"feedback:dataset": [customers.pk], "feedback:ticket": [tickets[0].pk], "feedback:tickets": []}[name]
    client = signed_in(alice)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert client.get(reverse(name, args=values)).status_code == 200
