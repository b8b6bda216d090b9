"""When mail goes out: at once, or gathered in the morning. Pure Python."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MORNING: Final = time(7)
MONDAY: Final = 0


class Often(StrEnum):
    """How soon something is mailed."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"

    @property
    def words(self) -> str:
        return WORDS[self]


WORDS = {
    Often.AT_ONCE: "At once",
    Often.DAILY: "Gathered, every morning",
    Often.WEEKLY: "Gathered, on Mondays",
    Often.NEVER: "Not by mail",
}


def mailed_at(often: Often, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when a notice of now is mailed: a digest goes out at seven in the morning of its reader."""
    if often is Often.NEVER:
        return None
    if often is Often.AT_ONCE:
        return now
    day = now.astimezone(zone).date()
    while True:
        morning = datetime.combine(day, MORNING, zone).astimezone(UTC)
        if morning > now and (often is Often.DAILY or day.weekday() == MONDAY):
            return morning
        day += timedelta(days=1)
