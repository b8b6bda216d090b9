"""stock(t) = stock(t-1) + in - out: where it does not hold, something moved that nobody wrote down."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from definitions.counting.flows import Flow, Move


class Balance(NamedTuple):
    """One state between two measures."""

    state: str
    before: int
    entered: int
    left: int
    after: int

    @property
    def difference(self) -> int:
        """Rows found that the flows do not explain; negative: rows missing."""
        return self.after - (self.before + self.entered - self.left)


def balances(before: Mapping[str, int], flow: Flow, after: Mapping[str, int]) -> list[Balance]:
    """Return the balance of every state of `after`; a state without a stock before had none."""
    return [
        Balance(state, before.get(state, 0), flow.into(state), flow.out_of(state), rows)
        for state, rows in after.items()
    ]


def forbidden(
    moves: Mapping[Move, int], allowed: Collection[tuple[str, str]], initial: Collection[str], final: Collection[str]
) -> dict[Move, int]:
    """Return the moves that the workflow does not know.

    Coming from outside is allowed into an initial state, going outside from a final one; a workflow that names no
    initial or no final state says nothing of that end.
    """
    return {move: rows for move, rows in moves.items() if not _allowed(move, allowed, initial, final)}


def _allowed(
    move: Move, allowed: Collection[tuple[str, str]], initial: Collection[str], final: Collection[str]
) -> bool:
    before, after = move
    if before is None:
        return after is None or not initial or after in initial
    return (not final or before in final) if after is None else (before, after) in allowed


def strangers(moves: Iterable[Move], known: Collection[str]) -> set[str]:
    """Return the names of states in `moves` that the workflow does not have."""
    return {state for move in moves for state in move if state is not None and state not in known}
