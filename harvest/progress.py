"""Live counters of a run, and the moment at which it notices that somebody cancelled it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from harvest.models import Run

INTERVAL = 1.0  # seconds between writes


class Cancelled(Exception):
    """Somebody asked the run to stop."""


class OutOfTime(Exception):
    """The run has gone on for as long as a harvest may."""


Watcher = Callable[[Run], None]


class Progress:
    """Writes the counters of a run at most once an interval. Raises `Cancelled` or `OutOfTime` when due."""

    def __init__(self, run: Run, seconds: float, watch: Watcher | None = None) -> None:
        self._run = run
        self._watch = watch
        self._next = 0.0
        self._end = time.monotonic() + seconds

    def tick(self, **counters: int) -> None:
        """Note how far the run is; cheap to call often."""
        if time.monotonic() >= self._next:
            self.write(**counters)

    def write(self, **values: Any) -> None:
        """Write `values` now and look whether the run should stop."""
        now = time.monotonic()
        self._next = now + INTERVAL
        Run.objects.filter(pk=self._run.pk).update(heartbeat_at=timezone.now(), **values)
        for name, value in values.items():
            setattr(self._run, name, value)
        if self._watch:
            self._watch(self._run)
        if Run.objects.filter(pk=self._run.pk, cancel_requested=True).exists():
            raise Cancelled
        if now > self._end:
            raise OutOfTime
