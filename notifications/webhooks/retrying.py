"""When to try again: later each time, not all at once, and not for ever."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Final

FIRST: Final = timedelta(seconds=10)
FACTOR: Final = 4
LONGEST: Final = timedelta(hours=6)
MOST_ATTEMPTS: Final = 10  # over about a day
SPREAD: Final = 0.25
PATIENCE: Final = timedelta(days=3)  # of failures alone, until a webhook is switched off


def wait_after(attempts: int, asked_for: int = 0) -> timedelta:
    """Return how long to wait after so many attempts; a receiver may ask for more, within bounds."""
    plain = min(FIRST * FACTOR ** min(attempts - 1, 12), LONGEST)
    spread: timedelta = plain * random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311 - guessing it gains nobody anything
    return max(spread, min(timedelta(seconds=asked_for), LONGEST))
