"""What a vote comes to, as pure logic: who sits, what they said last, and what the rule makes of it.

A seat has one vote. What counts is who holds it when the vote is closed: the holder's last word goes before the
deputy's, and what somebody said who holds the seat no longer is kept and does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Choice(StrEnum):
    APPROVE = "approve"
    OBJECT = "object"
    ABSTAIN = "abstain"


class Method(StrEnum):
    MAJORITY = "majority"  # more seats approve than object
    CONSENT = "consent"  # nobody objects


@dataclass(frozen=True)
class Rule:
    """How a kind of proposal is decided: `quorum` is the percentage of the seats that have to vote, abstaining or not;
    `required` are what seats represent that have to vote and whose objection stops it."""

    method: Method = Method.MAJORITY
    quorum: int = 50
    required: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Chair:
    """A seat as it is held now; who has left is nobody."""

    id: int
    represents: str
    person: int | None
    deputy: int | None = None

    @property
    def is_held(self) -> bool:
        return self.person is not None or self.deputy is not None


@dataclass(frozen=True)
class Cast:
    """One vote for a seat; later ones stand after earlier ones."""

    seat: int
    voter: int
    choice: Choice


@dataclass(frozen=True)
class Outcome:
    """What a vote comes to as it stands; `missing` says what keeps it from being approved, in words."""

    seats: int
    approving: int
    objecting: int
    abstaining: int
    needed: int
    missing: tuple[str, ...]

    @property
    def approved(self) -> bool:
        return not self.missing

    @property
    def voted(self) -> int:
        return self.approving + self.objecting + self.abstaining

    @property
    def complete(self) -> bool:
        """Whether every seat has voted."""
        return 0 < self.seats == self.voted


def counting(chairs: Iterable[Chair], casts: Iterable[Cast]) -> Mapping[int, Cast]:
    """Return the vote that counts for each seat that has one, by its id."""
    held = {chair.id: chair for chair in chairs if chair.is_held}
    last: dict[tuple[int, int], Cast] = {(one.seat, one.voter): one for one in casts if one.seat in held}
    found: dict[int, Cast] = {}
    for chair in held.values():
        for voter in (chair.deputy, chair.person):
            if voter is not None and (cast := last.get((chair.id, voter))):
                found[chair.id] = cast
    return found


def tally(rule: Rule, chairs: Iterable[Chair], casts: Iterable[Cast], authors: frozenset[int]) -> Outcome:
    """Return what the vote comes to. `authors` proposed it or wrote it: theirs alone never approve it."""
    held = [chair for chair in chairs if chair.is_held]
    votes = counting(held, casts)
    said = [cast.choice for cast in votes.values()]
    needed = max(1, ceil(len(held) * rule.quorum / 100))
    outcome = Outcome(
        seats=len(held), approving=said.count(Choice.APPROVE), objecting=said.count(Choice.OBJECT),
        abstaining=said.count(Choice.ABSTAIN), needed=needed, missing=(),
    )  # fmt: skip
    missing = [*_of_count(rule, outcome), *_of_required(rule, held, votes)]
    if not any(one.choice is Choice.APPROVE and one.voter not in authors for one in votes.values()):
        missing.append("nobody but those who propose it approves")
    return Outcome(**{**outcome.__dict__, "missing": tuple(missing)})


def _of_count(rule: Rule, outcome: Outcome) -> Iterable[str]:
    if outcome.voted < outcome.needed:
        yield f"{outcome.voted} of {outcome.seats} seats voted, {outcome.needed} have to"
    if rule.method is Method.CONSENT and outcome.objecting:
        yield f"{outcome.objecting} object, and it needs consent"
    if rule.method is Method.MAJORITY and outcome.approving <= outcome.objecting:
        yield f"{outcome.approving} approve and {outcome.objecting} object"


def _of_required(rule: Rule, held: Iterable[Chair], votes: Mapping[int, Cast]) -> Iterable[str]:
    for name in sorted(rule.required):
        said = [votes[chair.id].choice for chair in held if chair.represents == name and chair.id in votes]
        if not said:
            yield f"{name} has to vote"
        elif Choice.OBJECT in said:
            yield f"{name} objects"
