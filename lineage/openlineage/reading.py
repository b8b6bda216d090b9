"""Reading what should have a shape and may not: what does not fit is left out, with a note of where and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

MOST_NOTES = 50
LONGEST_NAME = (
    2_000  # characters of a namespace or a name; a longer one is left out, as a part would name another thing
)
LONGEST_TEXT = 100_000


@dataclass
class Notes:
    """What could not be taken as it was sent."""

    lines: list[str] = field(default_factory=list)
    left_out: int = 0

    def add(self, where: str, what: str) -> None:
        if len(self.lines) < MOST_NOTES:
            self.lines.append(f"{where}: {what}"[:500])
        else:
            self.left_out += 1

    def told(self) -> list[str]:
        more = [f"and {self.left_out:,} more like these"] if self.left_out else []
        return [*self.lines, *more]


def clean(value: str) -> str:
    """Return a text that any database stores: half characters and NUL are replaced."""
    if "\0" in value:
        value = value.replace("\0", "\ufffd")
    return value.encode("utf-8", "replace").decode() if not value.isascii() else value


def cleaned(value: Any) -> Any:
    """The same for every text within a JSON value."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [cleaned(inner) for inner in value]
    if isinstance(value, float) and not float("-inf") < value < float("inf"):
        return None  # JSON knows neither infinity nor what is no number
    return value


def text(value: Any, most: int = LONGEST_TEXT) -> str:
    """A text, shortened; anything else is none."""
    return clean(value[:most]) if isinstance(value, str) else ""


def identifier(value: Any) -> str | None:
    """A text that names something; None for anything else."""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_NAME:
        return None
    return clean(value)


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def objects(value: Any, most: int) -> Iterator[dict[str, Any]]:
    """The first objects of a list."""
    for item in (value if isinstance(value, list) else [])[:most]:
        if isinstance(item, dict):
            yield item


def number(value: Any) -> int | float | None:
    """A finite number that is no truth value."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -1e300 < value < 1e300 else None


def moment(value: Any) -> datetime | None:
    """A time of ISO 8601, in UTC; one without a zone is taken for UTC, and a day for its beginning."""
    if not isinstance(value, str) or len(value) > 64:
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
