"""Who is told of proposals: the seats, the stewards and those who propose, nobody of what they may not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from definitions.days import today
from definitions.models import Proposal, Seat
from notifications.models import Notice
from notifications.services import tell
from permissions.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from definitions.models import Definition

ABOUT_DEFINITION, ABOUT_PROPOSAL = "definition", "proposal"
LONGEST = 300


def those_who_decide(proposal: Proposal) -> list[User]:
    """The people who may vote; of a local definition, the stewards of its domain."""
    if proposal.closes_at is None:
        domain = proposal.definition.domain
        return [domain.steward] if domain and domain.steward else []
    seats = Seat.objects.sitting(today()).with_people()
    return [person for seat in seats for person in (seat.person, seat.deputy) if person is not None]


def tell_deciders(proposal: Proposal, actor: User | None, happened: str, words: str = "") -> int:
    """Tell those who decide on a proposal what happened to it."""
    return _tell(proposal, actor, those_who_decide(proposal), "proposal_vote", happened, words)


def tell_proposer(proposal: Proposal, actor: User | None, happened: str, words: str = "") -> int:
    """Tell those who made a proposal, and the steward of what it is about, what became of it."""
    people = [proposal.proposer, proposal.version.author, proposal.definition.steward]
    return _tell(proposal, actor, people, "proposal_changed", happened, words)


def _tell(
    proposal: Proposal, actor: User | None, people: Iterable[User | None], kind: str, happened: str, words: str
) -> int:
    chosen = {one.pk: one for one in people if one is not None and one != actor and one.is_active}
    title, detail = f"{happened}: {proposal.definition.name}"[:LONGEST], " ".join(words.split())[:LONGEST]
    return tell(
        Notice(
            person=person, kind=kind, title=title, detail=detail, url=proposal.get_absolute_url(),
            subject=ABOUT_PROPOSAL, subject_id=proposal.pk,
        )
        for person in chosen.values()
        if Proposal.objects.readable_by(person).filter(pk=proposal.pk).exists()
    )  # fmt: skip


def tell_of_definition(definition: Definition, people: Iterable[User | None], kind: str, title: str, words: str) -> int:
    """Tell people of a definition that they may read."""
    chosen = {one.pk: one for one in people if one is not None and one.is_active}
    return tell(
        Notice(
            person=person, kind=kind, title=title[:LONGEST], detail=" ".join(words.split())[:LONGEST],
            url=definition.get_absolute_url(), subject=ABOUT_DEFINITION, subject_id=definition.pk,
        )
        for person in chosen.values()
        if type(definition).objects.readable_by(person).filter(pk=definition.pk).exists()
    )  # fmt: skip
