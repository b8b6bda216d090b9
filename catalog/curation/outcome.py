"""What came of writing, and why something was not written."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from datetime import datetime

    from catalog.models import Edit
    from permissions.models import User


@dataclass(frozen=True)
class Outcome:
    """`edit` is None when everything was so already; its changes tell what was done."""

    edit: Edit | None
    rows: int
    changed: int  # things

    @property
    def unchanged(self) -> int:
        return self.rows - self.changed


@dataclass(frozen=True)
class Refusal:
    """Why a row, counted from 0, cannot be written; `fact` is empty for what is about the whole row."""

    place: int
    fact: str
    reason: str


class Refused(Exception):
    """Nothing was written. `refusals` are the first thousand reasons; `count` is how many there are."""

    def __init__(self, refusals: list[Refusal], count: int | None = None) -> None:
        super().__init__("; ".join(one.reason for one in refusals[:3]))
        self.refusals = refusals
        self.count = len(refusals) if count is None else count

    def as_validation_error(self) -> ValidationError:
        """The same for forms and serializers, by fact."""
        by_fact: defaultdict[str, list[str]] = defaultdict(list)
        for one in self.refusals:
            by_fact[one.fact or "__all__"].append(one.reason)
        return ValidationError(dict(by_fact))


@dataclass(frozen=True)
class Clash:
    """A fact that somebody else changed since the writer read it: `theirs` stands there now, `mine` was to."""

    fact: str
    before: Any
    theirs: Any
    mine: Any
    by: User | None
    at: datetime


class Conflict(Exception):
    """Nothing was written: others changed the same facts meanwhile. `clashes` hold both sides of each."""

    def __init__(self, clashes: list[Clash]) -> None:
        super().__init__("Somebody changed this while you did.")
        self.clashes = clashes
