"""One change of a schema: what it is, how it reads, how it is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple, get_args

Kind = Literal[
    "added", "removed", "renamed", "type_widened", "type_narrowed", "type_changed", "nullable_added",
    "nullable_removed", "key_added", "key_removed", "moved", "default_changed", "generated_changed",
]  # fmt: skip
Impact = Literal["none", "compatible", "breaking"]

_WITHOUT_IMPACT = frozenset(["moved"])


class Change(NamedTuple):
    """A difference between two snapshots; `message` is plain language with the path in backquotes."""

    kind: Kind
    path: str  # as it is now; of a removed field, as it was
    before: str
    after: str
    breaking: bool
    message: str
    confidence: float | None = None  # of a guess, 0 to 1; None where the change is certain


def classify(changes: Iterable[Change]) -> Impact:
    """Return the worst impact of the changes on somebody who reads the dataset."""
    seen = list(changes)
    if any(change.breaking for change in seen):
        return "breaking"
    return "compatible" if any(change.kind not in _WITHOUT_IMPACT for change in seen) else "none"


def to_json(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Return the changes as what a JSON column stores; `from_json` is the inverse."""
    return [change._asdict() for change in changes]


def from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Read stored changes back. Raises `ValueError` naming what does not fit."""
    return tuple(_read(number, row) for number, row in enumerate(stored, 1))


def _read(number: int, row: Mapping[str, Any]) -> Change:
    if unknown := set(row) - set(Change._fields):
        raise ValueError(f"Change {number} has parts no change has: {', '.join(sorted(unknown))}.")
    if row.get("kind") not in get_args(Kind):
        raise ValueError(f"Change {number} is of the unknown kind {row.get('kind')!r}.")
    try:
        return Change(**row)
    except TypeError as error:
        raise ValueError(f"Change {number} is incomplete: {error}.") from error
