"""Repeatable chance: one stream per topic, so that a change in one topic leaves the others' rows alone."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from random import Random

DAY = timedelta(days=1)


def stream(seed: int, topic: str) -> Random:
    return Random(f"{seed}:{topic}")  # noqa: S311 - made-up data must repeat


def moment(day: date, rng: Random, first_hour: int = 6, last_hour: int = 22) -> datetime:
    """A second of that day between two hours, UTC."""
    start = datetime.combine(day, time(first_hour), UTC)
    return start + timedelta(seconds=rng.randrange((last_hour - first_hour) * 3600))


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def new_uuid(rng: Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its 28th where months differ in length."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, min(day.day, 28))


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def days_between(first: date, last: date) -> list[date]:
    """All days from `first` to `last`, both included; empty when `last` comes earlier."""
    return [first + DAY * offset for offset in range((last - first).days + 1)]
