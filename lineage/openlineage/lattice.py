"""Merging without an order: what is known grows by `join`, which may be done again, in any order and any grouping.

What is known is JSON. A *register* ``["=", time, value]`` is a value as of a time, and the later one holds; between
two of one time the spelling decides, so that everybody decides alike. A *span* ``[first, last]`` is when something was
seen. An object joins member by member. `join` is thereby idempotent, commutative and associative: a semilattice, the
state of a "convergent replicated data type" (Shapiro et al., 2011).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lineage.openlineage.bodies import spelling

State = dict[str, Any]
REGISTER = "="


def register(time: datetime, value: Any) -> list[Any]:
    return [REGISTER, stamp(time), value]


def span(time: datetime) -> list[Any]:
    return [stamp(time), stamp(time)]


def stamp(time: datetime) -> str:
    """A time of UTC whose text sorts as it does."""
    return time.isoformat(timespec="microseconds")


def join(one: Any, other: Any) -> Any:
    """Return what both know; neither is changed."""
    if one is None or other is None:
        return other if one is None else one
    if isinstance(one, dict):
        return {key: join(one.get(key), other.get(key)) for key in one.keys() | other.keys()}
    if one[0] == REGISTER:
        return one if one == other else max(one, other, key=_rank)
    return [min(one[0], other[0]), max(one[1], other[1])]


def _rank(held: list[Any]) -> tuple[str, str]:
    return held[1], spelling(held[2])


def value_of(held: Any) -> Any:
    """The value of a register; None without one."""
    return None if held is None else held[2]
