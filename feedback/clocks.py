"""Working time: how much of it passes between two moments, and when a promise made in it falls due. Pure Python.

A day's work is from `opens` to `closes` on the clock of its place; what passes between is counted as real time, so the
night in which clocks change makes a shift that spans it an hour shorter or longer. An hour that the clock leaps over
is read with the offset before the leap, and of an hour that comes twice the first is meant (PEP 495, fold 0).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import holidays

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

MIDNIGHT: Final = time(0)
DAY: Final = timedelta(days=1)
FARTHEST: Final = 366 * 20  # days that are looked at, until no working time is held to come


class NoWorkingTime(ValueError):
    """Nobody ever works by these hours, or not within twenty years."""


@dataclass(frozen=True)
class Hours:
    """When people work. `weekdays` are 0 for Monday to 6; `closes` at midnight is the end of that day."""

    zone: ZoneInfo
    opens: time = time(9)
    closes: time = time(17)
    weekdays: frozenset[int] = frozenset(range(5))
    closed: Container[date] = field(default_factory=frozenset)

    def shift(self, day: date) -> tuple[datetime, datetime] | None:
        """When work begins and ends on a day, in UTC; None where nobody works. Raises `ValueError` for wrong hours."""
        if self.closes != MIDNIGHT and self.closes <= self.opens:
            raise ValueError("Work ends before it begins.")
        if day.weekday() not in self.weekdays or day in self.closed:
            return None
        last = day + DAY if self.closes == MIDNIGHT else day
        begin = datetime.combine(day, self.opens, self.zone).astimezone(UTC)
        end = datetime.combine(last, self.closes, self.zone).astimezone(UTC)
        return (begin, end) if begin < end else None


def working_seconds(hours: Hours, start: datetime, end: datetime) -> int:
    """Return how many seconds of working time lie between two moments; 0 where `end` comes first."""
    total = timedelta()
    for begin, until in _shifts(hours, start):
        if begin >= end:
            break
        total += max(min(until, end) - max(begin, start), timedelta())
    return int(total.total_seconds())


def after_working(hours: Hours, start: datetime, seconds: int) -> datetime:
    """Return the first moment by which so many seconds of working time have passed since `start`, in UTC.

    Raises `NoWorkingTime`.
    """
    left = timedelta(seconds=seconds)
    if left <= timedelta():
        return start.astimezone(UTC)
    for begin, until in _shifts(hours, start):
        begins = max(begin, start.astimezone(UTC))
        if until - begins >= left:
            return begins + left
        left -= max(until - begins, timedelta())
    raise NoWorkingTime("No working time comes within twenty years.")


def _shifts(hours: Hours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The shifts that end after `start`, one after the other: they never overlap, whatever clocks do."""
    day = start.astimezone(hours.zone).date() - DAY
    last = start.astimezone(UTC)
    for step in range(FARTHEST):
        if (shift := hours.shift(day + step * DAY)) and shift[1] > last:
            yield max(shift[0], last) if step else shift[0], shift[1]
            last = shift[1]


@cache
def public_holidays(country: str, subdivision: str = "") -> Container[date]:
    """Return the public holidays of a country (ISO 3166-1, as ``SE``), or of a part of it, for any year.

    Raises `ValueError` for a country or a part that the library `holidays` does not know.
    """
    if not country:
        return frozenset()
    try:
        return holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError as error:
        raise ValueError(f"Holidays of {country} {subdivision} are not known.") from error
