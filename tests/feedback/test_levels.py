"""What is promised is counted in working time, warned of before it is broken, and escalated once when it is."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Dataset
from feedback.figures import figures_by, trend
from feedback.levels import set_level
from feedback.models import Clock, ServiceLevel, Ticket
from feedback.overdue import check_clocks
from feedback.promises import level_of
from feedback.services import move, report
from feedback.talking import comment
from feedback.workflow import State
from notifications.models import Notice
from permissions.models import OptOutRule, User
from tests.factories import DatasetFactory, DomainFactory, ExceptionFactory, RuleFactory, TicketFactory

pytestmark = pytest.mark.django_db
ALWAYS = {"time_zone": "UTC", "opens": time(0), "closes": time(0), "weekdays": list(range(7))}


def promise(alice: User, thing: object, **hours: int | str) -> ServiceLevel:
    level = set_level(actor=alice, thing=thing, **(ALWAYS | hours))  # type: ignore[arg-type]
    level.refresh_from_db()
    return level


@pytest.fixture
def promised(customers: Dataset, alice: User) -> ServiceLevel:
    """Four hours to answer and forty to fix what is serious, by day and night."""
    return promise(alice, customers, answer_major=4, fix_major=40)


def reported(customers: Dataset, bob: User) -> Ticket:
    return report(actor=bob, dataset=customers, kind="wrong", severity="major", title="Names are in capitals")


def clock(ticket: Ticket, goal: str) -> Clock:
    return Clock.objects.get(ticket=ticket, goal=goal)


def let_pass(hours: float) -> None:
    """All that is known happened so much earlier."""
    for found in Clock.objects.all():
        for name in ("started_at", "running_since", "due_at", "warn_at", "stopped_at"):
            if moment := getattr(found, name):
                setattr(found, name, moment - timedelta(hours=hours))
        found.save()


def told(person: User, kind: str) -> int:
    return Notice.objects.filter(person=person, kind=kind).count()


def test_the_nearest_promise_counts(customers: Dataset, alice: User) -> None:
    above = DomainFactory.create(slug="sales", steward=alice)
    near = DomainFactory.create(slug="leads", parent=above)
    Dataset.objects.filter(pk=customers.pk).update(domain=near)
    customers.refresh_from_db()
    wide = promise(alice, above, answer_major=9)
    assert level_of(customers) == wide
    own = promise(alice, customers, answer_major=1)
    assert level_of(customers) == own


def test_the_first_answer_of_somebody_else_stops_the_clock(
    promised: ServiceLevel, customers: Dataset, alice: User, bob: User
) -> None:
    ticket = reported(customers, bob)
    comment(actor=bob, ticket=ticket, body="It is urgent.")
    assert clock(ticket, "answer").state == "running"
    comment(actor=alice, ticket=ticket, body="We look at it.")
    assert clock(ticket, "answer").state == "kept"
    assert clock(ticket, "fix").state == "running"


def test_clocks_stand_still_until_the_reporter_answers(
    promised: ServiceLevel, customers: Dataset, alice: User, bob: User
) -> None:
    ticket = reported(customers, bob)
    let_pass(10)
    comment(actor=alice, ticket=ticket, body="Since when?", wait=True)
    assert clock(ticket, "fix").state == "waiting"
    let_pass(500)
    ticket.refresh_from_db()
    comment(actor=bob, ticket=ticket, body="Since Monday.")
    due = clock(ticket, "fix").due_at
    assert due is not None
    assert abs((due - timezone.now()).total_seconds() - 30 * 3_600) < 60


def test_a_fix_stops_the_clock_and_reopening_lets_it_run_on(
    promised: ServiceLevel, customers: Dataset, alice: User, bob: User
) -> None:
    ticket = reported(customers, bob)
    let_pass(10)
    move(actor=alice, ticket=move(actor=alice, ticket=ticket, to=State.IN_PROGRESS), to=State.FIXED)
    assert clock(ticket, "fix").state == "kept"
    ticket = move(actor=bob, ticket=ticket, to=State.IN_PROGRESS, words="Still there.")
    assert (clock(ticket, "fix").state, ticket.reopened) == ("running", 1)
    assert clock(ticket, "fix").spent == pytest.approx(10 * 3_600, abs=60)


def test_each_is_warned_and_escalated_once(
    promised: ServiceLevel, customers: Dataset, alice: User, bob: User, charlie: User
) -> None:
    Dataset.objects.filter(pk=customers.pk).update(steward=charlie)
    ticket = reported(Dataset.objects.with_context().get(pk=customers.pk), bob)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=bob)
    let_pass(3.5)
    assert [check_clocks(), check_clocks()] == [(1, 0), (0, 0)]
    assert (told(bob, "ticket_due_soon"), told(charlie, "ticket_due_soon")) == (1, 0)
    let_pass(1)
    assert [check_clocks(), check_clocks()] == [(0, 1), (0, 0)]
    assert (told(bob, "ticket_overdue"), told(charlie, "ticket_overdue")) == (1, 1)
    assert ticket.events.filter(what="breached").count() == 1
    assert set(Ticket.objects.overdue()) == {ticket}


def test_whoever_may_not_read_it_is_told_nothing(
    promised: ServiceLevel, customers: Dataset, bob: User, charlie: User, hidden_from_charlie: OptOutRule
) -> None:
    ticket = reported(customers, bob)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=charlie)
    let_pass(5)
    check_clocks()
    assert told(charlie, "ticket_overdue") == 0


def test_many_that_are_overdue_are_told_as_one(promised: ServiceLevel, customers: Dataset, alice: User) -> None:
    for ticket in TicketFactory.create_batch(7, dataset=customers, assignee=alice):
        moment = timezone.now() - timedelta(hours=1)
        Clock.objects.create(ticket=ticket, goal="fix", promised=1, running_since=moment, due_at=moment)
    check_clocks()
    (notice,) = Notice.objects.filter(person=alice)
    assert notice.title == "7 tickets are overdue"


def test_only_who_triages_promises_and_only_what_can_be_kept(customers: Dataset, alice: User, bob: User) -> None:
    with pytest.raises(PermissionDenied):
        promise(bob, customers, answer_major=4)
    with pytest.raises(ValidationError, match="not known"):
        promise(alice, customers, answer_major=4, country="XX")


def test_a_service_level_is_set_on_its_page(as_alice: Client, customers: Dataset) -> None:
    address = f"{reverse('feedback:level')}?of=dataset:{customers.pk}"
    given = {"answer_major": "4", "time_zone": "Europe/Stockholm", "opens": "08:00", "closes": "17:00",
             "weekdays": ["0", "1"], "country": "se", "free_days": "2026-12-24"}  # fmt: skip
    assert as_alice.get(address).status_code == 200
    assert as_alice.post(address, given | {"free_days": "yesterday"}).status_code == 422
    assert as_alice.post(address, given).status_code == 302
    page = as_alice.get(reverse("feedback:levels")).content.decode()
    assert "4 h" in page
    assert "Mon Tue, without the public holidays of SE and 1 more free day" in page
    assert "4" in as_alice.get(address).content.decode()


def test_figures_count_what_one_may_read(customers: Dataset, alice: User, charlie: User, bob: User) -> None:
    day = datetime.now(UTC) - timedelta(days=2)
    hour = timedelta(hours=1)
    TicketFactory.create(dataset=customers, assignee=alice, created_at=day, state="confirmed", reopened=2,
                         first_answer_at=day + hour, fixed_at=day + 3 * hour)  # fmt: skip
    TicketFactory.create(dataset=customers, assignee=bob, created_at=day)
    other = TicketFactory.create(dataset=DatasetFactory.create(), assignee=bob, created_at=day)
    found = {one.name: one for one in figures_by(alice, "steward")}
    assert list(found) == ["Alice Archer", "Bob Baker"]
    assert found["Alice Archer"][1:7] == (0, None, 3_600, 10_800, 2, 1)
    assert found["Bob Baker"].open == 2
    RuleFactory.create(label="source:crm", level="read", people=[charlie])
    assert [(one.name, one.open) for one in figures_by(charlie, "source")] == [(other.dataset.source.name, 1)]
    assert sum(week.reported for week in trend(charlie)) == 1


def test_figures_do_not_name_a_domain_that_one_may_not_know_of(charlie: User) -> None:
    dataset = DatasetFactory.create(domain=DomainFactory.create(slug="merger", name="Merger"))
    TicketFactory.create(dataset=dataset)
    assert [one.name for one in figures_by(charlie, "domain")] == ["Merger"]
    rule = RuleFactory.create(label="domain:merger", level="discover", people=[charlie])
    ExceptionFactory.create(rule=rule, person=charlie, label=f"dataset:{dataset.key}")
    person = User.objects.get(pk=charlie.pk)
    assert [(one.name, one.open) for one in figures_by(person, "domain")] == [("-", 1)]


@pytest.mark.parametrize("by", ["domain", "source", "steward"])
def test_the_figures_page_asks_the_same_few_questions(
    by: str, as_alice: Client, customers: Dataset, django_assert_max_num_queries: object
) -> None:
    TicketFactory.create_batch(9, dataset=customers)
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        assert as_alice.get(f"{reverse('feedback:figures')}?by={by}").status_code == 200
