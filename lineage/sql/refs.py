"""References to columns, and how their steps add up along the way."""

from __future__ import annotations

from typing import Any

from lineage.sql.model import Step

Ref = tuple[str | None, str]
Refs = dict[Ref, tuple[int, Any]]  # the strongest step, and the identifier in the text that made it

# In this order a stronger use hides a weaker one of the same column.
CONDITIONAL, WINDOW, IDENTITY, TRANSFORMATION, AGGREGATION = range(5)
STEPS = (Step.CONDITIONAL, Step.WINDOW, Step.IDENTITY, Step.TRANSFORMATION, Step.AGGREGATION)


def _composed(inner: int, outer: int) -> int:
    """A value made by `inner`, then used by `outer`: what only decides goes on only deciding."""
    if outer == IDENTITY or inner in (CONDITIONAL, WINDOW):
        return inner
    if inner == IDENTITY or outer in (CONDITIONAL, WINDOW):
        return outer
    return max(inner, outer)


THEN = tuple(tuple(_composed(inner, outer) for outer in range(5)) for inner in range(5))


def add(into: Refs, refs: Refs, rank: int) -> None:
    """Add `refs`, used by a step of `rank`, to those in `into`."""
    for ref, (inner, node) in refs.items():
        step = THEN[inner][rank]
        known = into.get(ref)
        if known is None or known[0] < step:
            into[ref] = (step, node)
