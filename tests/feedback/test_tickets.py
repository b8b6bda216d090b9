"""A report finds who answers for the data, goes upstream where it comes from, and ends when the reporter says so."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from catalog.models import Dataset
from feedback.known import Known, known_problems
from feedback.linking import link_cause, merge, route_upstream
from feedback.models import Ticket
from feedback.reading import find_ticket, knows_of, page_of
from feedback.services import assign, move, report
from feedback.similar import similar_tickets
from feedback.talking import comment, vote
from feedback.upstream import upstream_candidates
from feedback.workflow import State
from notifications.models import Notice
from permissions.gate import Restricted
from permissions.models import OptOutRule, User
from tests.factories import DatasetFactory, EdgeFactory, FieldFactory, RuleFactory, TicketFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def wrong(customers: Dataset, bob: User) -> Ticket:
    return report(actor=bob, dataset=customers, kind="wrong", severity="major", title="Names are in capitals")


def told(person: User) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("title", flat=True))


def test_a_report_goes_to_whoever_answers_for_the_dataset(wrong: Ticket, alice: User) -> None:
    assert wrong.assignee == alice
    assert told(alice) == ["Yours to look at: Names are in capitals"]


def test_the_council_is_asked_where_nobody_answers(bob: User, charlie: User) -> None:
    from tests.factories import RoleFactory

    RoleFactory.create(person=charlie, role="council")
    lonely = DatasetFactory.create(name="lonely")
    made = report(actor=bob, dataset=lonely, kind="stale", severity="minor", title="Nothing since May")
    assert made.assignee is None
    assert told(charlie) == ["Nobody answers for lonely: Nothing since May"]


def test_the_same_report_twice_is_one_ticket(wrong: Ticket, customers: Dataset, bob: User) -> None:
    again = report(actor=bob, dataset=customers, kind="wrong", severity="major", title="Names are in capitals")
    assert again == wrong


def test_a_ticket_goes_from_new_to_confirmed(wrong: Ticket, alice: User, bob: User) -> None:
    for to in (State.TRIAGED, State.IN_PROGRESS, State.FIXED):
        wrong = move(actor=alice, ticket=wrong, to=to)
    assert wrong.fixed_at
    wrong = move(actor=bob, ticket=wrong, to=State.CONFIRMED)
    assert not wrong.is_open
    assert told(bob)[-1].endswith("is fixed at source")


def test_only_who_reported_or_triages_confirms(wrong: Ticket, alice: User, charlie: User) -> None:
    wrong = move(actor=alice, ticket=move(actor=alice, ticket=wrong, to=State.IN_PROGRESS), to=State.FIXED)
    with pytest.raises(PermissionDenied):
        move(actor=charlie, ticket=wrong, to=State.CONFIRMED)


def test_a_step_that_is_none_is_refused(wrong: Ticket, alice: User) -> None:
    with pytest.raises(ValidationError, match="What is new cannot become confirmed"):
        move(actor=alice, ticket=wrong, to=State.CONFIRMED)


def test_declining_needs_a_reason(wrong: Ticket, alice: User) -> None:
    with pytest.raises(ValidationError, match="Say why"):
        move(actor=alice, ticket=wrong, to=State.DECLINED)
    assert move(actor=alice, ticket=wrong, to=State.DECLINED, words="They shout.").state == "declined"


def test_who_moves_what_was_moved_meanwhile_is_told(wrong: Ticket, alice: User) -> None:
    move(actor=alice, ticket=wrong, to=State.TRIAGED)
    with pytest.raises(ValidationError, match="it is triaged now"):
        move(actor=alice, ticket=wrong, to=State.IN_PROGRESS, seen=State.NEW)


def test_nobody_is_given_what_they_may_not_read(
    wrong: Ticket, alice: User, charlie: User, hidden_from_charlie: OptOutRule
) -> None:
    with pytest.raises(ValidationError, match="may not read this"):
        assign(actor=alice, ticket=wrong, person=charlie)


def test_a_comment_tells_watchers_once_and_nobody_who_may_not_read(
    wrong: Ticket, alice: User, bob: User, charlie: User, hidden_from_charlie: OptOutRule
) -> None:
    comment(actor=alice, ticket=wrong, body="@bob, @charlie: since when?")
    assert told(bob) == [f"{alice} mentions you: Names are in capitals"]
    assert told(charlie) == []
    wrong.refresh_from_db()
    assert wrong.first_answer_at


def test_votes_are_counted_once_a_person(wrong: Ticket, charlie: User) -> None:
    assert vote(actor=charlie, ticket=wrong) == 1
    assert vote(actor=charlie, ticket=wrong) == 1
    assert vote(actor=charlie, ticket=wrong, on=False) == 0


@pytest.fixture
def upstream(customers: Dataset) -> Dataset:
    source = DatasetFactory.create(name="landing", owner=UserFactory.create(username="dana"))
    EdgeFactory.create(upstream=source, downstream=customers)
    return source


def test_a_problem_is_fixed_upstream_and_confirmed_downstream(
    wrong: Ticket, upstream: Dataset, alice: User, bob: User
) -> None:
    cause = route_upstream(actor=alice, ticket=wrong, dataset=upstream, words="The load shouts.")
    dana = upstream.owner
    assert dana
    assert cause.assignee == dana
    cause = move(actor=dana, ticket=move(actor=dana, ticket=cause, to=State.IN_PROGRESS), to=State.FIXED)
    wrong.refresh_from_db()
    assert wrong.state == "fixed"
    assert move(actor=bob, ticket=wrong, to=State.CONFIRMED).state == "confirmed"
    cause.refresh_from_db()
    assert cause.state == "confirmed"


def test_a_cause_with_a_reporter_of_its_own_waits_for_them(
    wrong: Ticket, upstream: Dataset, alice: User, bob: User
) -> None:
    problem = TicketFactory.create(dataset=upstream, state="in_progress", assignee=upstream.owner)
    route_upstream(actor=alice, ticket=wrong, dataset=upstream, joining=problem)
    move(actor=upstream.owner, ticket=problem, to=State.FIXED)  # type: ignore[arg-type]
    move(actor=bob, ticket=wrong, to=State.CONFIRMED)
    problem.refresh_from_db()
    assert problem.state == "fixed"


def test_what_is_not_gone_downstream_is_told_upstream(wrong: Ticket, upstream: Dataset, alice: User, bob: User) -> None:
    cause = route_upstream(actor=alice, ticket=wrong, dataset=upstream)
    dana = upstream.owner
    assert dana
    move(actor=dana, ticket=move(actor=dana, ticket=cause, to=State.IN_PROGRESS), to=State.FIXED)
    move(actor=bob, ticket=wrong, to=State.IN_PROGRESS, words="Still in capitals.")
    assert told(dana)[-1].endswith(f"is not gone downstream: {wrong} is opened again")


def test_what_comes_back_upstream_is_back_downstream(wrong: Ticket, upstream: Dataset, alice: User) -> None:
    cause = route_upstream(actor=alice, ticket=wrong, dataset=upstream)
    dana = upstream.owner
    assert dana
    cause = move(actor=dana, ticket=move(actor=dana, ticket=cause, to=State.IN_PROGRESS), to=State.FIXED)
    move(actor=dana, ticket=cause, to=State.IN_PROGRESS, words="It loaded again.")
    wrong.refresh_from_db()
    assert wrong.state == "in_progress"


def test_a_circle_of_causes_is_refused(wrong: Ticket, upstream: Dataset, alice: User) -> None:
    cause = route_upstream(actor=alice, ticket=wrong, dataset=upstream)
    with pytest.raises(ValidationError, match="circle"):
        link_cause(actor=upstream.owner, effect=cause, cause=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(("level", "closed"), [("read", 1), ("discover", 0)])
def test_whoever_may_not_read_of_the_cause_sees_that_it_is_worked_on_unless_it_is_hidden(
    level: str, closed: int, wrong: Ticket, upstream: Dataset, alice: User, bob: User
) -> None:
    route_upstream(actor=alice, ticket=wrong, dataset=upstream)
    RuleFactory.create(label=f"dataset:{upstream.key}", level=level, people=[bob])
    page = page_of(bob, wrong)
    assert page.causes.tickets == ()
    assert page.causes.closed == closed
    assert not [line for line in page.timeline if line.event and line.event.other_id]


def test_suspects_upstream_come_with_what_speaks_against_them(
    wrong: Ticket, upstream: Dataset, customers: Dataset, alice: User
) -> None:
    problem = TicketFactory.create(dataset=upstream)
    (found,) = upstream_candidates(alice, customers)
    assert (found.dataset, found.signs, found.tickets) == (upstream, ("1 open ticket",), (problem,))


def test_known_problems_upstream_are_named_along_open_lineage_only(
    upstream: Dataset, customers: Dataset, alice: User, charlie: User
) -> None:
    problem = TicketFactory.create(dataset=upstream)
    below = DatasetFactory.create(name="below")
    EdgeFactory.create(upstream=customers, downstream=below)
    assert known_problems(alice, [below.pk])[below.pk].upstream == (problem,)
    rule = RuleFactory.create(label="source:crm", level="read", people=[charlie])
    assert known_problems(charlie, [below.pk])[below.pk] == Known(closed=1)
    rule.delete()
    RuleFactory.create(label="source:crm", level="discover", people=[charlie])
    assert known_problems(User.objects.get(pk=charlie.pk), [below.pk]) == {}


def test_a_ticket_upstream_does_not_name_what_it_was_reported_of(wrong: Ticket, upstream: Dataset, alice: User) -> None:
    cause = route_upstream(actor=alice, ticket=wrong, dataset=upstream, words="Look at the load.")
    assert wrong.dataset.key not in f"{cause.body} {cause.expected} {cause.impact}"


def test_a_problem_is_known_until_somebody_confirms_that_it_is_gone(
    upstream: Dataset, customers: Dataset, alice: User
) -> None:
    problem = TicketFactory.create(dataset=upstream, state="fixed")
    assert known_problems(alice, [customers.pk, upstream.pk]) == {
        customers.pk: Known(upstream=(problem,)), upstream.pk: Known(own=(problem,)),
    }  # fmt: skip
    Ticket.objects.update(state="confirmed")
    assert known_problems(alice, [customers.pk, upstream.pk]) == {}


def test_merged_tickets_take_their_voters_with_them(wrong: Ticket, customers: Dataset, alice: User, bob: User) -> None:
    other = TicketFactory.create(dataset=customers, title="Capital names")
    merged = merge(actor=alice, ticket=wrong, into=other)
    other.refresh_from_db()
    assert (merged.state, merged.duplicate_of, other.votes) == ("declined", other, 1)
    assert other.watches.filter(person=bob).exists()


def test_similar_tickets_are_found_while_typing(
    wrong: Ticket, customers: Dataset, upstream: Dataset, alice: User
) -> None:
    loud = TicketFactory.create(dataset=upstream, title="All names arrive in capitals")
    TicketFactory.create(dataset=customers, title="Missing since May")
    assert set(similar_tickets(alice, customers, "names in capitals")) == {wrong, loud}


def test_a_ticket_is_as_hidden_as_its_dataset(wrong: Ticket, charlie: User, hidden_from_charlie: OptOutRule) -> None:
    assert not knows_of(charlie, wrong)
    assert list(Ticket.objects.readable_by(charlie)) == []


def test_a_ticket_is_as_closed_as_what_its_dataset_holds(wrong: Ticket, charlie: User) -> None:
    RuleFactory.create(label="source:crm", level="read", people=[charlie])
    with pytest.raises(Restricted):
        find_ticket(charlie, wrong.pk)


def test_a_ticket_about_a_field_in_a_closed_one_is_closed(customers: Dataset, charlie: User) -> None:
    FieldFactory.create(dataset=customers, name="health", classified=["secret"])
    inner = FieldFactory.create(dataset=customers, name="blood", parent_path="health")
    ticket = TicketFactory.create(dataset=customers, field=inner)
    RuleFactory.create(label="class:secret", level="read", people=[charlie])
    assert not knows_of(charlie, ticket)


def test_a_row_is_named_to_who_may_sample_only(customers: Dataset, alice: User, charlie: User) -> None:
    ticket = TicketFactory.create(dataset=customers, row_key={"id": 7})
    RuleFactory.create(label="source:crm", level="sample", people=[charlie])
    assert page_of(alice, ticket).row_key == {"id": 7}
    assert page_of(charlie, ticket).row_key is None
