"""The last part of a run: counting the states that data is in, which no failure of a harvest depends on."""

from __future__ import annotations

import logging

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, InterfaceError, OperationalError

from definitions.measuring import measure_source, note_unreachable
from harvest.models import Run

logger = logging.getLogger(__name__)


def measure_states(run: Run) -> None:
    """Measure what is bound to the source of `run`; whatever goes wrong is logged and spoils nothing else."""
    try:
        measure_source(run.source)
    except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
        raise
    except Exception:
        logger.exception("measuring states of source %s failed", run.source_id)


def mark_stale(run: Run, message: str) -> None:
    """Say of what was measured before that the source could not be harvested, and why."""
    if run.dry:
        return
    try:
        note_unreachable(run.source, message)
    except DatabaseError:  # the catalog's own trouble, which the run tells
        logger.exception("measures of source %s could not be marked", run.source_id)
