"""Harvests of the demo: by the workers where some run, or else here."""

import time
from collections.abc import Iterator, Sequence

from celery import current_app
from kombu.exceptions import OperationalError as QueueError

from catalog.models import Source
from harvest.engine import Busy, execute
from harvest.models import Run
from harvest.services import AlreadyActive, start_run

ANSWER_SECONDS = 1.0
PATIENCE_SECONDS = 300
STEP_SECONDS = 0.2


class HarvestFailed(Exception):
    """A harvest did not succeed; `str()` says which and why."""


def harvest(sources: Sequence[Source]) -> Iterator[Run]:
    """Harvest each source; yields its run when it is done. Raises `HarvestFailed`."""
    by_workers = workers_answer()
    runs = [_start(source, send=by_workers) for source in sources]
    for run in runs:
        if by_workers:
            _await(run)
        if run.active:  # no worker, or none that got round to it
            _here(run)
        if run.state != Run.State.SUCCEEDED:
            raise HarvestFailed(f"The harvest of {run.source} ended as “{run.get_state_display()}”: {run.message}")
        yield run


def workers_answer() -> bool:
    """Whether a worker is at the queue."""
    try:
        return bool(current_app.control.ping(timeout=ANSWER_SECONDS))
    except (QueueError, OSError):
        return False


def _start(source: Source, *, send: bool) -> Run:
    try:
        return start_run(source=source, actor=None, trigger=Run.Trigger.COMMAND, send_now=send)
    except AlreadyActive as error:
        return error.run


def _await(run: Run) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while run.active and time.monotonic() < end:
        time.sleep(STEP_SECONDS)
        run.refresh_from_db()


def _here(run: Run) -> None:
    try:
        execute(run)
    except Busy:
        _await(run)
