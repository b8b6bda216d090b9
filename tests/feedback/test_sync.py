"""Tickets in step with Jira and GitHub: each thing told once, on either side, and Concord's word where both moved."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from catalog.models import Dataset, Domain
from feedback.models import Ticket, Tracker
from feedback.services import move, report
from feedback.sync.jira import document
from feedback.sync.services import connect
from feedback.sync.taking_turns import step_alone
from feedback.talking import comment
from feedback.workflow import State
from permissions.models import User
from tests.cast import signed_in
from tests.factories import DatasetFactory, DomainFactory, RoleFactory, RuleFactory, UserFactory
from tests.feedback.trackers import Trackers

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Settings) -> Iterator[Trackers]:
    settings.WEBHOOK_NETWORKS = (ip_network("127.0.0.0/8"),)
    running = Trackers()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def clerk(db: None) -> User:
    person = UserFactory.create(username="clerk")
    RoleFactory.create(person=person, role="council")
    return person


@pytest.fixture
def sales(customers: Dataset, clerk: User) -> Domain:
    domain = DomainFactory.create(slug="sales", steward=clerk)
    Dataset.objects.filter(pk=customers.pk).update(domain=domain)
    customers.refresh_from_db()
    return domain


@pytest.fixture(params=["jira", "github"])
def tracker(request: pytest.FixtureRequest, server: Trackers, clerk: User, sales: Domain) -> Tracker:
    project = {"jira": "DATA", "github": "acme/data"}[request.param]
    return connect(actor=clerk, kind=request.param, name="Theirs", address=server.url, project=project,
                   account="bot@example.org", token="secret", domain=sales)  # fmt: skip


@pytest.fixture
def wrong(customers: Dataset, bob: User, sales: Domain) -> Ticket:
    return report(actor=bob, dataset=customers, kind="wrong", severity="major", title="Names shout", body="All.")


def words(tracker: Tracker, text: str) -> Any:
    return document(text) if tracker.kind == "jira" else text


def now(ticket: Ticket) -> str:
    ticket.refresh_from_db()
    return ticket.state


def test_a_ticket_is_opened_there_once_and_stands_where_it_stands_here(
    tracker: Tracker, server: Trackers, wrong: Ticket, alice: User
) -> None:
    move(actor=alice, ticket=wrong, to=State.IN_PROGRESS)
    step_alone(tracker.pk)
    step_alone(tracker.pk)
    issue = server.only()
    assert (issue.title, issue.stand) == ("Names shout", "working")
    assert "crm.public.customers" in str(issue.body)
    wrong.refresh_from_db()
    move(actor=alice, ticket=wrong, to=State.FIXED)
    step_alone(tracker.pk)
    assert issue.stand == "done"


def test_what_is_done_there_is_fixed_here_for_the_reporter_to_confirm(
    tracker: Tracker, server: Trackers, wrong: Ticket, bob: User
) -> None:
    step_alone(tracker.pk)
    server.set(server.only(), "working")
    step_alone(tracker.pk)
    assert now(wrong) == "in_progress"
    server.set(server.only(), "done")
    step_alone(tracker.pk)
    assert now(wrong) == "fixed"
    move(actor=bob, ticket=wrong, to=State.IN_PROGRESS, words="It shouts.")
    step_alone(tracker.pk)
    assert server.only().stand == "working"


def test_what_is_declined_there_is_declined_here_with_where_it_was(
    tracker: Tracker, server: Trackers, wrong: Ticket
) -> None:
    step_alone(tracker.pk)
    server.set(server.only(), "declined")
    step_alone(tracker.pk)
    assert now(wrong) == "declined"
    assert "Theirs" in wrong.events.filter(what="moved").get().words


def test_comments_go_each_way_once(tracker: Tracker, server: Trackers, wrong: Ticket, alice: User) -> None:
    comment(actor=alice, ticket=wrong, body="Since when?")
    step_alone(tracker.pk)
    server.say(server.only(), "Jo", words(tracker, "Since Monday."))
    for _ in range(3):
        step_alone(tracker.pk)
    assert len(server.only().comments) == 2
    assert [one.body.split("\n\n")[-1] for one in wrong.comments.order_by("pk")] == ["Since when?", "Since Monday."]


def test_where_both_moved_it_what_stands_here_holds(
    tracker: Tracker, server: Trackers, wrong: Ticket, alice: User
) -> None:
    step_alone(tracker.pk)
    move(actor=alice, ticket=wrong, to=State.IN_PROGRESS)
    server.set(server.only(), "done")
    step_alone(tracker.pk)
    assert (now(wrong), server.only().stand) == ("in_progress", "working")


def test_nothing_is_asked_for_twice_where_nothing_happened(tracker: Tracker, server: Trackers, wrong: Ticket) -> None:
    step_alone(tracker.pk)
    step_alone(tracker.pk)
    server.asked.clear()
    step_alone(tracker.pk)
    assert [one for one in server.asked if one.startswith(("POST", "PATCH"))] == []


def test_a_tracker_that_is_away_is_told_of_and_tried_again(
    tracker: Tracker, server: Trackers, wrong: Ticket, clerk: User
) -> None:
    server.down = True
    assert step_alone(tracker.pk) == 0
    assert b"It answered 503." in signed_in(clerk).get(reverse("feedback:trackers")).content
    server.down = False
    assert step_alone(tracker.pk) == 1
    tracker.refresh_from_db()
    assert tracker.trouble == ""


def test_what_its_account_may_not_read_stays_here(
    tracker: Tracker, server: Trackers, wrong: Ticket, clerk: User
) -> None:
    RuleFactory.create(label="source:crm", level="read", people=[clerk])
    step_alone(tracker.pk)
    assert server.issues == {}


def test_tickets_of_other_domains_stay_here(tracker: Tracker, server: Trackers, bob: User) -> None:
    report(actor=bob, dataset=DatasetFactory.create(), kind="wrong", severity="minor", title="Elsewhere")
    step_alone(tracker.pk)
    assert server.issues == {}


def test_only_the_council_connects_and_not_to_the_servers_own_network(
    as_bob: Client, bob: User, clerk: User, sales: Domain
) -> None:
    given = {"kind": "github", "name": "Ours", "project": "a/b", "token": "t", "domain": sales}
    with pytest.raises(PermissionDenied):
        connect(actor=bob, address="https://api.github.com", **given)  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="do not reach"):
        connect(actor=clerk, address="http://127.0.0.1:1", **given)  # type: ignore[arg-type]
    assert as_bob.get(reverse("feedback:trackers")).status_code == 403


def test_the_token_is_never_shown_again(tracker: Tracker, clerk: User) -> None:
    assert "secret" not in tracker.sealed
    page = signed_in(clerk).get(reverse("feedback:trackers")).content
    assert b"secret" not in page
