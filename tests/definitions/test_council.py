"""From a draft to what is in force: proposing, voting, deciding."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, transaction
from django.utils import timezone

from definitions.deciding import cast_vote, close_due, close_vote, decide_locally, outcome_of
from definitions.drafting import Bound, Text, discard_draft, draft_of, save_draft, start_definition, text_of
from definitions.models import Ballot, Definition, DefinitionVersion, Kind, Proposal, Seat
from definitions.proposing import amend, propose, withdraw
from definitions.voting import Choice
from notifications.models import Notice
from permissions.models import AuditEntry, User
from tests.definitions.factories import DefinitionFactory, SeatFactory
from tests.factories import DatasetFactory, DomainFactory, UserFactory

pytestmark = pytest.mark.django_db
TEXT = Text(statement="Pays, and is not leaving.", criterion="status = 'active'")
WHY = "Two teams count it differently."


@pytest.fixture
def seats() -> list[Seat]:
    return [SeatFactory.create(represents=name) for name in ("Finance", "Legal", "Sales")]


@pytest.fixture
def author() -> User:
    return UserFactory.create(username="author")


@pytest.fixture
def proposal(seats: list[Seat], author: User) -> Proposal:
    """An enterprise definition that is being voted on."""
    made = start_definition(
        actor=author, name="Active customer", kind="state", scope="enterprise", domain=None, text=TEXT,
        bindings=[Bound(DatasetFactory.create(), key_fields=["id"])],
    )  # fmt: skip
    return propose(actor=author, definition=made, reason=WHY)


def vote(proposal: Proposal, seat: Seat, choice: Choice = Choice.APPROVE, reason: str = "") -> Ballot:
    return cast_vote(actor=seat.person, proposal=proposal, seat=seat, choice=choice, reason=reason)


def end_of(proposal: Proposal) -> None:
    Proposal.objects.filter(pk=proposal.pk).update(closes_at=timezone.now())


def test_what_the_council_approves_is_in_force_at_once(proposal: Proposal, seats: list[Seat]) -> None:
    for seat in seats[:2]:
        vote(proposal, seat)
    assert close_due() == 0
    end_of(proposal)
    assert close_due() == 1
    definition = Definition.objects.get()
    assert definition.status == "approved"
    assert definition.current == proposal.version
    assert definition.current.published_at
    told = Notice.objects.filter(kind="proposal_changed").values_list("person__username", "title")
    assert ("author", "Approved: Active customer") in told
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"proposal.opened", "proposal.voted", "proposal.approved", "definition.published"} <= actions


def test_a_new_version_takes_the_place_of_the_last(seats: list[Seat], author: User) -> None:
    definition = DefinitionFactory.create(bindings=[DatasetFactory.create()])
    save_draft(actor=author, definition=definition, text=Text("Something else."))
    proposal = propose(actor=author, definition=definition, reason=WHY)
    for seat in seats:
        vote(proposal, seat)
    close_vote(actor=seats[0].person, proposal=proposal)
    definition.refresh_from_db()
    assert list(definition.versions.values_list("number", "status")) == [(2, "approved"), (1, "superseded")]
    assert definition.versions.get(number=2).bindings.count() == 1


def test_what_is_rejected_keeps_its_reasons(proposal: Proposal, seats: list[Seat]) -> None:
    vote(proposal, seats[0], Choice.OBJECT, "It forgets trials.")
    vote(proposal, seats[1])
    end_of(proposal)
    close_due()
    proposal = Proposal.objects.get()
    assert proposal.state == "rejected"
    assert "1 approve and 1 object" in proposal.outcome
    assert proposal.ballots.get(choice="object").reason == "It forgets trials."
    assert Definition.objects.get().status == "draft"
    assert DefinitionVersion.objects.get().status == "rejected"


def test_nobody_approves_alone_what_they_propose(seats: list[Seat]) -> None:
    alone = seats[0].person
    Seat.objects.exclude(pk=seats[0].pk).update(ends_on="2026-01-01", begins_on="2025-01-01")
    made = start_definition(actor=alone, name="Mine", kind="term", scope="enterprise", domain=None, text=TEXT)
    proposal = propose(actor=alone, definition=made, reason=WHY)
    vote(proposal, seats[0])
    assert close_vote(actor=alone, proposal=proposal).state == "rejected"


def test_an_amendment_begins_the_vote_anew_and_says_so(proposal: Proposal, seats: list[Seat], author: User) -> None:
    vote(proposal, seats[0])
    amend(actor=seats[1].person, proposal=proposal, text=Text("Better.", change_note="Trials are named."), seen=1)
    proposal.refresh_from_db()
    assert (proposal.round, proposal.version.number) == (2, 2)
    assert outcome_of(proposal).voted == 0
    assert proposal.version.bindings.count() == 1
    assert Notice.objects.filter(person=seats[0].person, title__startswith="Amended to version 2").exists()
    with pytest.raises(ValidationError, match="amended meanwhile"):
        cast_vote(actor=seats[0].person, proposal=proposal, seat=seats[0], choice=Choice.APPROVE, seen=1)
    with pytest.raises(PermissionDenied):
        amend(actor=UserFactory.create(), proposal=proposal, text=TEXT)


def test_votes_may_change_until_the_close_and_all_are_kept(proposal: Proposal, seats: list[Seat]) -> None:
    vote(proposal, seats[0])
    ballot = vote(proposal, seats[0], Choice.OBJECT, "On second thought.")
    assert (outcome_of(proposal).approving, outcome_of(proposal).objecting) == (0, 1)
    for change in (lambda: Ballot.objects.update(choice="approve"), ballot.delete):
        with pytest.raises(Error), transaction.atomic():
            change()
    end_of(proposal)
    with pytest.raises(ValidationError, match="closed"):
        vote(proposal, seats[0])
    assert Ballot.objects.count() == 2


def test_only_who_holds_the_seat_or_stands_in_votes(proposal: Proposal, seats: list[Seat]) -> None:
    deputy, stranger = UserFactory.create_batch(2)
    Seat.objects.filter(pk=seats[0].pk).update(deputy=deputy)
    cast_vote(actor=deputy, proposal=proposal, seat=seats[0], choice=Choice.APPROVE)
    for person in (stranger, seats[1].person):
        with pytest.raises(PermissionDenied):
            cast_vote(actor=person, proposal=proposal, seat=seats[0], choice=Choice.APPROVE)
    with pytest.raises(ValidationError):
        vote(proposal, seats[1], Choice.OBJECT)
    assert outcome_of(proposal).approving == 1


def test_a_seat_that_ends_during_a_vote_counts_no_more(proposal: Proposal, seats: list[Seat]) -> None:
    for seat in seats[:2]:
        vote(proposal, seat)
    Seat.objects.filter(pk=seats[0].pk).update(begins_on="2025-01-01", ends_on="2025-12-31")
    outcome = outcome_of(proposal)
    assert (outcome.seats, outcome.voted) == (2, 1)
    User.objects.filter(pk=seats[1].person_id).update(is_active=False)
    assert outcome_of(proposal).seats == 1


def test_a_proposal_outlives_its_proposer(proposal: Proposal, seats: list[Seat], author: User) -> None:
    User.objects.filter(pk=author.pk).update(is_active=False)
    for seat in seats:
        vote(proposal, seat)
    assert close_vote(actor=seats[0].person, proposal=proposal).state == "approved"


def test_a_vote_closes_early_only_for_the_council_and_once_all_have_voted(
    proposal: Proposal, seats: list[Seat], author: User
) -> None:
    vote(proposal, seats[0])
    with pytest.raises(ValidationError, match="Not every seat"):
        close_vote(actor=seats[0].person, proposal=proposal)
    with pytest.raises(PermissionDenied):
        close_vote(actor=author, proposal=proposal)


def test_a_local_definition_is_for_the_stewards_of_its_domain(author: User) -> None:
    steward = UserFactory.create()
    finance = DomainFactory.create(steward=steward)
    made = start_definition(actor=author, name="Churn", kind="metric", scope="local", domain=finance, text=TEXT)
    proposal = propose(actor=author, definition=made, reason=WHY)
    assert proposal.closes_at is None
    for person in (author, UserFactory.create()):
        with pytest.raises(PermissionDenied):
            decide_locally(actor=person, proposal=proposal, approve=True)
    decide_locally(actor=User.objects.get(pk=steward.pk), proposal=proposal, approve=True)
    assert Definition.objects.get().status == "approved"


def test_a_steward_does_not_approve_their_own_words() -> None:
    steward = UserFactory.create()
    finance = DomainFactory.create(steward=steward)
    made = start_definition(actor=steward, name="Churn", kind="metric", scope="local", domain=finance, text=TEXT)
    proposal = propose(actor=steward, definition=made, reason=WHY)
    with pytest.raises(PermissionDenied, match="Nobody approves"):
        decide_locally(actor=steward, proposal=proposal, approve=True)


def test_promotion_and_retirement_are_about_what_is_in_force(seats: list[Seat], author: User) -> None:
    one = DefinitionFactory.create(name="Churn", domain=DomainFactory.create())
    proposal = propose(actor=author, definition=one, reason=WHY, kind=Kind.PROMOTION)
    assert proposal.closes_at is not None
    for seat in seats:
        vote(proposal, seat)
    close_vote(actor=seats[0].person, proposal=proposal)
    one.refresh_from_db()
    assert (one.scope, one.labels) == ("enterprise", ["definition:churn"])
    retiring = propose(actor=author, definition=one, reason=WHY, kind=Kind.RETIREMENT)
    with pytest.raises(ValidationError):
        amend(actor=author, proposal=retiring, text=TEXT)
    for seat in seats:
        vote(retiring, seat)
    close_vote(actor=seats[0].person, proposal=retiring)
    one.refresh_from_db()
    assert one.status == "retired"


def test_what_would_mean_two_things_is_not_published(proposal: Proposal, seats: list[Seat]) -> None:
    DefinitionFactory.create(name="active customer", slug="other")
    for seat in seats:
        vote(proposal, seat)
    decided = close_vote(actor=seats[0].person, proposal=proposal)
    assert decided.state == "rejected"
    assert "in force there already" in decided.outcome


def test_a_proposal_is_taken_back_by_who_made_it(proposal: Proposal, author: User) -> None:
    with pytest.raises(PermissionDenied):
        withdraw(actor=UserFactory.create(), proposal=proposal)
    withdraw(actor=author, proposal=proposal)
    definition = Definition.objects.get()
    assert (definition.status, definition.versions.get().status) == ("draft", "withdrawn")
    save_draft(actor=author, definition=definition, text=text_of(definition.versions.get()))
    assert propose(actor=author, definition=definition, reason=WHY).version.number == 2


def test_two_people_do_not_write_one_draft(author: User) -> None:
    definition = DefinitionFactory.create()
    save_draft(actor=author, definition=definition, text=TEXT)
    with pytest.raises(PermissionDenied):
        save_draft(actor=UserFactory.create(), definition=definition, text=TEXT)
    draft = draft_of(definition)
    assert draft is not None
    assert discard_draft(actor=author, draft=draft) is False
    assert definition.versions.count() == 1


def test_only_one_proposal_about_a_definition_at_a_time(proposal: Proposal, author: User) -> None:
    save_draft(actor=author, definition=proposal.definition, text=TEXT)
    with pytest.raises(ValidationError, match="being decided"):
        propose(actor=author, definition=proposal.definition, reason=WHY)
