"""How long the runs of a job took, as bars that need no script."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from lineage.models import Run

STEP, HEIGHT, LEAST = 8, 32, 2  # units of the picture


class Bar(NamedTuple):
    """One run; as low as can be seen while it is not known how long it took."""

    x: int
    y: float
    height: float
    state: str
    word: str
    at: datetime | None


def bars(runs: Iterable[Run]) -> list[Bar]:
    """Return a bar for each run, given the latest first; drawn from left to right, the longest as high as there is."""
    told = list(runs)[::-1]
    seconds = [run.seconds for run in told]
    longest = max((one for one in seconds if one), default=0) or 1
    heights = [max(LEAST, HEIGHT * (one or 0) / longest) for one in seconds]
    return [
        Bar(at * STEP, round(HEIGHT - high, 1), round(high, 1), run.state, run.get_state_display(), run.started_at)
        for at, (run, high) in enumerate(zip(told, heights, strict=True))
    ]
