"""What people report, how bad it is, and how urgent. Pure Python."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import NamedTuple


class Look(NamedTuple):
    """How it is called, and an icon of Tabler's set."""

    words: str
    icon: str
    about: str = ""


class Kind(StrEnum):
    """What a ticket is about."""

    WRONG = "wrong"
    MISSING = "missing"
    STALE = "stale"
    DUPLICATE = "duplicate"
    UNCLEAR = "unclear"
    ACCESS = "access"
    IDEA = "idea"
    QUESTION = "question"

    @property
    def look(self) -> Look:
        return KINDS[self]

    @property
    def words(self) -> str:
        return KINDS[self].words

    @property
    def is_problem(self) -> bool:
        """Whether the data itself is not as it should be: readers downstream are told of it."""
        return self in PROBLEMS


class Severity(StrEnum):
    """How much it hurts whoever reports it."""

    BLOCKER = "blocker"
    MAJOR = "major"
    MINOR = "minor"
    COSMETIC = "cosmetic"

    @property
    def words(self) -> str:
        return SEVERITIES[self].words


class Priority(IntEnum):
    """How soon it is to be looked at; 1 comes first."""

    URGENT = 1
    HIGH = 2
    NORMAL = 3
    LOW = 4

    @property
    def words(self) -> str:
        return self.name.lower()


KINDS = {
    Kind.WRONG: Look("Wrong values", icon="bug", about="A value is not what it should be"),
    Kind.MISSING: Look("Missing data", icon="database-off", about="Rows or values that should be there are not"),
    Kind.STALE: Look("Out of date", icon="clock-exclamation", about="It was not loaded when it should have been"),
    Kind.DUPLICATE: Look("Duplicates", icon="copy", about="The same thing stands there more than once"),
    Kind.UNCLEAR: Look("Unclear", icon="help-circle", about="What it means is not said, or not so that one can tell"),
    Kind.ACCESS: Look("Access", icon="lock-question", about="Something about who may see it"),
    Kind.IDEA: Look("Idea", icon="bulb", about="How it could serve better"),
    Kind.QUESTION: Look("Question", icon="message-question", about="Something you would like to know"),
}
PROBLEMS = frozenset({Kind.WRONG, Kind.MISSING, Kind.STALE, Kind.DUPLICATE})
SEVERITIES = {
    Severity.BLOCKER: Look("blocking", icon="urgent", about="I cannot work with it at all"),
    Severity.MAJOR: Look("serious", icon="alert-triangle", about="Results are wrong or late because of it"),
    Severity.MINOR: Look("minor", icon="info-circle", about="There is a way around it"),
    Severity.COSMETIC: Look("cosmetic", icon="sparkles", about="It is only untidy"),
}
