"""Votes, and what they come to. A vote counts if and only if it was written down before the vote was closed.

Both hold the proposal's row: of a vote and a close at the same moment one waits, and a vote that waited finds it
closed. No vote is taken from `closes_at` on, whenever it is that the vote is then closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from definitions.days import today
from definitions.drafting import may_decide_locally
from definitions.models import Ballot, Definition, Proposal, Seat
from definitions.proposing import end, locked
from definitions.publishing import obstacle, publish
from definitions.reviewers import votes
from definitions.telling import tell_deciders, tell_proposer
from definitions.voting import Cast, Chair, Choice, tally
from permissions.audit import record
from permissions.roles import is_council

if TYPE_CHECKING:
    from collections.abc import Iterable

    from definitions.voting import Outcome
    from permissions.models import User

State = Proposal.State


def chairs() -> list[Chair]:
    """The seats whose term covers today. Who has left holds none."""
    sitting = Seat.objects.sitting(today()).with_people()
    return [Chair(one.pk, one.represents, _active(one.person), _active(one.deputy)) for one in sitting]


def _active(person: User | None) -> int | None:
    return person.pk if person is not None and person.is_active else None


def casts_of(ballots: Iterable[Ballot], version: int) -> list[Cast]:
    """The votes on one version, in their order."""
    return [Cast(one.seat_id, one.voter_id, Choice(one.choice)) for one in ballots if one.version_id == version]


def outcome_of(proposal: Proposal, sitting: list[Chair] | None = None) -> Outcome:
    """What the vote comes to as it stands."""
    ballots = proposal.ballots.filter(version=proposal.version_id).order_by("pk")
    seats = chairs() if sitting is None else sitting
    return tally(proposal.rule, seats, casts_of(ballots, proposal.version_id), proposal.authors)


@transaction.atomic
def cast_vote(
    *, actor: User, proposal: Proposal, seat: Seat, choice: Choice, reason: str = "", seen: int | None = None
) -> Ballot:
    """Vote for a seat, or vote otherwise than before. `seen` is the version that the actor read.

    Raises `PermissionDenied` where the seat is not theirs, `ValidationError` where the vote is closed, where they read
    another version, and for an objection without a reason.
    """
    proposal = locked(proposal)
    if not proposal.takes_votes(timezone.now()):
        raise ValidationError("The vote is closed.")
    if not Seat.objects.sitting(today()).of(actor.pk).filter(pk=seat.pk).exists():
        raise PermissionDenied("This seat is not yours to vote for.")
    if seen is not None and proposal.version.number != seen:
        raise ValidationError(f"It was amended meanwhile: read version {proposal.version.number}, and vote on that.")
    if choice is Choice.OBJECT and not reason.strip():
        raise ValidationError({"reason": "Say why: it stays with the definition, and shows what would have to change."})
    ballot = Ballot.objects.create(
        proposal=proposal, version=proposal.version, seat=seat, voter=actor, choice=choice.value, reason=reason.strip()
    )
    record(
        "proposal.voted", actor=actor, thing=proposal, note=reason,
        after={"seat": seat.represents, "choice": choice.value, "version": proposal.version.number},
    )  # fmt: skip
    return ballot


@transaction.atomic
def close_vote(*, actor: User | None, proposal: Proposal) -> Proposal:
    """End a vote and do what it decided, at once. Returns the proposal; one that was decided already as it is.

    Before its time only the council may, and only once every seat has voted. Raises `PermissionDenied`,
    `ValidationError`.
    """
    definition = Definition.objects.select_for_update().get(pk=proposal.definition_id)
    proposal = locked(proposal)
    if not proposal.is_open:
        return proposal
    outcome = outcome_of(proposal)
    _require_time(actor, proposal, outcome)
    missing = [*outcome.missing, *([found] if (found := obstacle(proposal)) else [])]
    told = f"{outcome.approving} approve, {outcome.objecting} object, {outcome.abstaining} abstain"
    _settle(proposal, definition, actor, told, missing)
    return proposal


def _require_time(actor: User | None, proposal: Proposal, outcome: Outcome) -> None:
    if proposal.closes_at is None:
        raise ValidationError("The stewards of its domain decide on it.")
    if timezone.now() >= proposal.closes_at:
        return
    if actor is None or not (is_council(actor) or votes(actor)):
        raise PermissionDenied("It closes by itself when its time is over.")
    if not outcome.complete:
        raise ValidationError("Not every seat has voted: those who have not may still.")


@transaction.atomic
def decide_locally(*, actor: User, proposal: Proposal, approve: bool, words: str = "") -> Proposal:
    """Decide on a local definition: a steward of its domain or of the council who did not write it.

    Raises `PermissionDenied`, `ValidationError`.
    """
    definition = Definition.objects.select_for_update().get(pk=proposal.definition_id)
    proposal = locked(proposal)
    if proposal.closes_at is not None:
        raise ValidationError("The council votes on it.")
    if not proposal.is_open:
        raise ValidationError(f"It was {proposal.get_state_display()} already.")
    if not may_decide_locally(actor, definition):
        raise PermissionDenied("The stewards of its domain decide on it.")
    if approve and actor.pk in proposal.authors:
        raise PermissionDenied("Nobody approves what they propose themselves: ask another steward, or the council.")
    if not approve and not words.strip():
        raise ValidationError({"words": "Say why: the reason stays with it."})
    if approve and (found := obstacle(proposal)):
        raise ValidationError(f"It cannot be put in force: {found}.")
    told = f"{actor} {'approves' if approve else 'declines'}"
    _settle(proposal, definition, actor, told, [] if approve else [words.strip().rstrip(".")])
    return proposal


def _settle(
    proposal: Proposal, definition: Definition, actor: User | None, told: str, missing: list[str]
) -> None:  # fmt: skip
    """Write down what was decided, and do it."""
    if missing:
        end(proposal, definition, actor, State.REJECTED, f"{told}. {'; '.join(missing)}.")
    else:
        proposal.state, proposal.decided_at, proposal.decided_by = State.APPROVED, timezone.now(), actor
        proposal.outcome = f"{told}."
        proposal.save()
        proposal.definition = definition
        publish(proposal, actor)
    record(f"proposal.{proposal.state}", actor=actor, thing=proposal, note=proposal.outcome)
    word = "Approved" if not missing else "Rejected"
    tell_proposer(proposal, actor, word, proposal.outcome)
    tell_deciders(proposal, actor, word, proposal.outcome)


def close_due() -> int:
    """Close every vote whose time is over; returns how many. Whoever runs it again finds none."""
    due = Proposal.objects.filter(state=State.OPEN, closes_at__lte=timezone.now()).order_by("closes_at", "pk")
    return sum(not close_vote(actor=None, proposal=one).is_open for one in due)
