"""How urgent a ticket is, from what it breaks, with the reasons. Pure Python."""

from __future__ import annotations

from typing import NamedTuple

from feedback.kinds import Priority, Severity

MANY_READERS, MANY_DOWNSTREAM, MANY_VOTES = 10, 5, 3


class Suggested(NamedTuple):
    """A priority, and what speaks for it."""

    priority: Priority
    reasons: tuple[str, ...]


def suggest_priority(*, severity: Severity, readers: int, downstream: int, certified: bool, votes: int) -> Suggested:
    """Return how urgent it seems. `readers` are people in the last 30 days, `downstream` datasets that read from it,
    `votes` people who said that it hits them too."""
    weight = {Severity.BLOCKER: 3, Severity.MAJOR: 2, Severity.MINOR: 1, Severity.COSMETIC: 0}[severity]
    signs = (
        (readers >= MANY_READERS, f"{readers:,} people opened it in the last 30 days"),
        (downstream >= MANY_DOWNSTREAM, f"{downstream:,} datasets read from it"),
        (votes >= MANY_VOTES, f"it hits {votes:,} others too"),
        (certified, "it is certified: people rely on it"),
    )
    reasons = [words for holds, words in signs if holds]
    total = weight + len(reasons)
    priority = next(one for least, one in _LEAST if total >= least)
    return Suggested(priority, (f"reported as {severity.words}", *reasons))


_LEAST = ((4, Priority.URGENT), (3, Priority.HIGH), (1, Priority.NORMAL), (0, Priority.LOW))
