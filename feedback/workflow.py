"""How a ticket moves: its states, the steps between them, and who may take each. Pure Python.

A fix counts where the data comes from, and only who was hit can say that it arrived: so *fixed at source* is the
steward's word, and *confirmed* the reporter's.
"""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import NamedTuple


class State(StrEnum):
    """Where a ticket stands, in the order of the board."""

    NEW = "new"
    TRIAGED = "triaged"
    IN_PROGRESS = "in_progress"
    FIXED = "fixed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"

    @property
    def words(self) -> str:
        return WORDS[self]

    @property
    def is_open(self) -> bool:
        """Whether the problem may still be there."""
        return self in OPEN


class Part(Enum):
    """What somebody is to a ticket."""

    REPORTER = "the reporter"
    TRIAGER = "who triages the dataset"
    ASSIGNEE = "who it is assigned to"


class Step(NamedTuple):
    """One way on. `needs_words` where others must be told why."""

    to: State
    verb: str
    by: frozenset[Part]
    needs_words: bool = False


WORDS = {
    State.NEW: "new",
    State.TRIAGED: "triaged",
    State.IN_PROGRESS: "in progress",
    State.FIXED: "fixed at source",
    State.CONFIRMED: "confirmed",
    State.DECLINED: "declined",
}
OPEN = frozenset({State.NEW, State.TRIAGED, State.IN_PROGRESS, State.FIXED})
WAITING = frozenset({State.NEW, State.TRIAGED, State.IN_PROGRESS})  # for somebody to do something at the source

_REPORTER, _TRIAGER, _ASSIGNEE = ({part} for part in Part)


def _step(to: State, verb: str, *by: set[Part], needs_words: bool = False) -> Step:
    return Step(to, verb, frozenset().union(*by), needs_words)


STEPS: dict[State, tuple[Step, ...]] = {
    State.NEW: (
        _step(State.TRIAGED, "Triage", _TRIAGER),
        _step(State.IN_PROGRESS, "Start", _TRIAGER, _ASSIGNEE),
        _step(State.DECLINED, "Decline", _TRIAGER, _REPORTER, needs_words=True),
    ),
    State.TRIAGED: (
        _step(State.IN_PROGRESS, "Start", _TRIAGER, _ASSIGNEE),
        _step(State.NEW, "Put back", _TRIAGER),
        _step(State.DECLINED, "Decline", _TRIAGER, _REPORTER, needs_words=True),
    ),
    State.IN_PROGRESS: (
        _step(State.FIXED, "Fixed at source", _TRIAGER, _ASSIGNEE),
        _step(State.TRIAGED, "Put back", _TRIAGER, _ASSIGNEE),
        _step(State.DECLINED, "Decline", _TRIAGER, needs_words=True),
    ),
    State.FIXED: (
        _step(State.CONFIRMED, "Confirm", _REPORTER, _TRIAGER),
        _step(State.IN_PROGRESS, "Reopen", _REPORTER, _TRIAGER, _ASSIGNEE, needs_words=True),
    ),
    State.CONFIRMED: (_step(State.IN_PROGRESS, "Reopen", _REPORTER, _TRIAGER, needs_words=True),),
    State.DECLINED: (_step(State.NEW, "Reopen", _REPORTER, _TRIAGER, needs_words=True),),
}


def steps_for(state: State, parts: frozenset[Part]) -> list[Step]:
    """Return the ways on from `state` that are open to somebody who is `parts` to the ticket."""
    return [step for step in STEPS[state] if step.by & parts]


def find_step(state: State, to: State, parts: frozenset[Part]) -> Step | None:
    """Return the step from `state` to `to`, where they may take it."""
    return next((step for step in steps_for(state, parts) if step.to is to), None)


def reopens(state: State, to: State) -> bool:
    """Whether this takes back that the work was done."""
    return state not in WAITING and to in WAITING
