"""How far a run is, how fast it goes, and how long it may still take."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from harvest.models import Run
from harvest.profiling import SECONDS as MOST_SECONDS_OF_PROFILING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

FEWEST = 3.0  # seconds before a guess is worth anything
SILENT = timedelta(seconds=60)  # a run without a sign of life for so long has lost its worker
WORDS = {
    Run.Phase.CONNECT: "Connect",
    Run.Phase.READ: "Read",
    Run.Phase.RECONCILE: "Compare",
    Run.Phase.PROFILE: "Look at values",
}


class Step(NamedTuple):
    """One phase: `state` is done, now, asks, failed or todo."""

    word: str
    state: str


class Pace(NamedTuple):
    """How a run goes; None where it cannot be told, or would tell of what is hidden."""

    share: float | None  # of the phase under way
    speed: float | None  # facts or datasets a second
    unit: str
    remaining: float | None  # seconds


def steps_of(run: Run) -> list[Step]:
    """The phases of a run; a dry one and one that takes no samples look at no values."""
    phases = [phase for phase in WORDS if not (run.dry and phase == Run.Phase.PROFILE)]
    if run.state == Run.State.SUCCEEDED:
        return [Step(WORDS[phase], "done") for phase in phases]
    at = phases.index(Run.Phase(run.phase)) if run.phase in phases else 0
    here = {Run.State.QUEUED: "todo", Run.State.RUNNING: "now", Run.State.CONFIRM: "asks"}.get(
        Run.State(run.state), "failed"
    )
    states = ["done"] * at + [here] + ["todo"] * (len(phases) - at - 1)
    return [Step(WORDS[phase], state) for phase, state in zip(phases, states, strict=True)]


def pace_of(run: Run, counters: Mapping[str, int | None] | None, now: datetime | None = None) -> Pace | None:
    """How the phase under way goes; None for a run that does not work, or whose counters are closed to the viewer."""
    if run.state != Run.State.RUNNING or counters is None or run.started_at is None:
        return None
    now = now or timezone.now()
    if run.phase == Run.Phase.PROFILE and run.facts_done_at:
        return _profiling(counters, (now - run.facts_done_at).total_seconds())
    if run.phase == Run.Phase.READ:
        return _reading(counters, (now - run.started_at).total_seconds())
    return None


def is_silent(run: Run) -> bool:
    """Whether a running run has given no sign of life for so long that its worker seems lost."""
    beat = run.heartbeat_at
    return run.state == Run.State.RUNNING and beat is not None and timezone.now() - beat > SILENT


def _reading(counters: Mapping[str, int | None], seconds: float) -> Pace:
    done, expected = counters["datasets_read"] or 0, counters["datasets_expected"] or 0
    facts = done + (counters["fields_read"] or 0)
    share = min(done / expected, 1.0) if expected else None
    known = seconds >= FEWEST and 0 < done < expected
    remaining = seconds * (expected - done) / done if known else None
    return Pace(share, _speed(facts, seconds), "facts", _whole(remaining))


def _profiling(counters: Mapping[str, int | None], seconds: float) -> Pace:
    done, every = counters["profiled"] or 0, counters["to_profile"] or 0
    share = min(done / every, 1.0) if every else None
    known = seconds >= FEWEST and 0 < done < every
    remaining = seconds * (every - done) / done if known else None
    left = max(0.0, MOST_SECONDS_OF_PROFILING - seconds)
    soonest = None if remaining is None else min(remaining, left)
    return Pace(share, _speed(done, seconds), "datasets", _whole(soonest))


def _speed(count: int, seconds: float) -> float | None:
    speed = count / seconds if seconds >= 1 else 0.0
    return round(speed, 0 if speed >= 10 else 1) or None


def _whole(seconds: float | None) -> float | None:
    """Whole seconds, at least one: a guess is not finer."""
    return None if seconds is None else max(1.0, float(round(seconds)))
