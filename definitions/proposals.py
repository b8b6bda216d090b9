"""One proposal and what was said of it, as far as one person may know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from definitions.days import today
from definitions.deciding import casts_of, chairs
from definitions.drafting import may_decide_locally
from definitions.models import Ballot, Definition, DefinitionVersion, Kind, Proposal, Remark, Seat
from definitions.proposing import may_amend
from definitions.reading import Shown, differences, shown
from definitions.voting import counting, tally
from permissions.gate import find
from permissions.roles import is_council

if TYPE_CHECKING:
    from catalog.curation.diffing import Piece
    from definitions.voting import Cast, Outcome
    from permissions.models import User

MOST_REMARKS = 300


def find_proposal(viewer: User, pk: int) -> Proposal:
    """Return a proposal that the viewer may read. Raises `Http404` and `permissions.gate.Restricted`."""
    return find(Proposal.objects.with_text().select_related("version__author", "decided_by"), viewer, pk=pk)


@dataclass(frozen=True)
class Line:
    """A seat as it stands in a vote: what counts for it, and what it said before."""

    seat: Seat
    ballot: Ballot | None
    before: list[Ballot]


@dataclass(frozen=True)
class ProposalPage:
    """A proposal as one person may see it."""

    proposal: Proposal
    shown: Shown
    diffs: list[tuple[str, list[Piece]]]
    against: DefinitionVersion | None
    outcome: Outcome | None
    lines: list[Line]
    earlier: list[Ballot]
    remarks: list[Remark]
    my_seats: list[Seat]
    takes_votes: bool
    may_amend: bool
    may_decide: bool
    may_withdraw: bool
    may_close: bool

    @property
    def dissent(self) -> list[Ballot]:
        return [line.ballot for line in self.lines if line.ballot and line.ballot.choice == "object"]


def page_of(viewer: User, proposal: Proposal) -> ProposalPage:
    """Return what the page of a proposal shows."""
    ballots = list(proposal.ballots.select_related("voter", "seat", "version").order_by("pk"))
    sitting = list(Seat.objects.sitting(today()).with_people()) if proposal.is_open else []
    text = shown(viewer, proposal.version)
    against = _against(proposal)
    outcome = _outcome(proposal, ballots) if proposal.closes_at else None
    council = is_council(viewer) or any(viewer.pk in (one.person_id, one.deputy_id) for one in sitting)
    takes = proposal.takes_votes(timezone.now())
    remarks = proposal.remarks.select_related("author", "version").order_by("created_at", "pk")
    return ProposalPage(
        proposal=proposal, shown=text, against=against,
        diffs=differences(shown(viewer, against), text) if against else [],
        outcome=outcome, lines=_lines(proposal, sitting, ballots),
        earlier=[one for one in ballots if one.version_id != proposal.version_id],
        remarks=list(remarks[:MOST_REMARKS]),
        my_seats=[one for one in sitting if takes and viewer.pk in (one.person_id, one.deputy_id)],
        takes_votes=takes,
        may_amend=proposal.is_open and proposal.kind not in (Kind.PROMOTION, Kind.RETIREMENT)
        and text.plain and may_amend(viewer, proposal),
        may_decide=proposal.is_open and proposal.closes_at is None
        and may_decide_locally(viewer, proposal.definition),
        may_withdraw=proposal.is_open and (viewer.pk == proposal.proposer_id or council),
        may_close=proposal.is_open and council and outcome is not None and outcome.complete,
    )  # fmt: skip


def _against(proposal: Proposal) -> DefinitionVersion | None:
    """The version in force that the proposed one would replace, or replaced."""
    definition: Definition = proposal.definition
    agreed = definition.versions.filter(status__in=["approved", "superseded"]).exclude(pk=proposal.version_id)
    found = agreed.filter(number__lt=proposal.version.number).order_by("-number").first()
    if found is not None:
        found.definition = definition
    return found


def _outcome(proposal: Proposal, ballots: list[Ballot]) -> Outcome | None:
    if not proposal.is_open:
        return None
    return tally(proposal.rule, chairs(), casts_of(ballots, proposal.version_id), proposal.authors)


def _lines(proposal: Proposal, sitting: list[Seat], ballots: list[Ballot]) -> list[Line]:
    """Each seat with the vote that counts for it; once decided, the seats that voted with their last votes."""
    current = [one for one in ballots if one.version_id == proposal.version_id]
    by_cast: dict[tuple[int, Cast], Ballot] = {}
    for cast, ballot in zip(casts_of(current, proposal.version_id), current, strict=True):
        by_cast[(ballot.seat_id, cast)] = ballot
    if proposal.is_open:
        counted = counting(chairs(), casts_of(current, proposal.version_id))
        last = {seat: by_cast[(seat, cast)] for seat, cast in counted.items()}
        seats = sitting
    else:
        last = {one.seat_id: one for one in sorted(current, key=lambda one: one.voter_id == one.seat.person_id)}
        seats = list({one.seat_id: one.seat for one in current}.values())
    return [
        Line(seat, last.get(seat.pk), [one for one in current if one.seat_id == seat.pk and one != last.get(seat.pk)])
        for seat in seats
    ]
