"""A run from beginning to end, whatever happens on the way."""

from __future__ import annotations

import logging
from collections.abc import Callable

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils import timezone
from psycopg2 import errors

from catalog.curation.filling import fill_gaps
from core.secrets import UnreadableSecret
from harvest.connecting import connect
from harvest.connectors.base import ConnectorError
from harvest.locks import source_lock
from harvest.measuring import mark_stale, measure_states
from harvest.models import Run
from harvest.profiling import profile_source
from harvest.progress import Cancelled, OutOfTime, Progress, Watcher
from harvest.reading import read_source
from harvest.reconcile.applying import TooMuchVanished
from harvest.remembering import recall
from harvest.statistics import FACTS, VALUES, refresh_statistics
from lineage.announcing import announce_breaking
from lineage.views_read import read_views

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3


class Busy(Exception):
    """Another worker has the source."""


def execute(run: Run, watch: Watcher | None = None) -> None:
    """Do the run, from the top: what an attempt before it wrote was written whole or not at all.

    Ends in one of the final states, or raises `Busy` when somebody else has the source, or Django's
    `OperationalError` or `InterfaceError` when the catalog's own database went away. `watch` is called with the run
    whenever its counters are written.
    """
    with source_lock(run.source_id) as taken:
        if not taken:
            raise Busy
        run.refresh_from_db()
        if not run.active:
            return
        if run.attempts >= MOST_ATTEMPTS:
            _fail(run, f"The worker was stopped {run.attempts} times during this harvest. Look at its log.", "worker")
            return
        _begin(run)
        _guarded(run, lambda: _work(run, watch))


def _begin(run: Run) -> None:
    before = Run.objects.filter(source=run.source_id, state=Run.State.SUCCEEDED, dry=False).order_by("-finished_at")
    run.state, run.phase = Run.State.RUNNING, Run.Phase.CONNECT
    run.attempts += 1
    run.started_at = run.started_at or timezone.now()
    run.heartbeat_at = timezone.now()
    run.datasets_expected = before.values_list("datasets_read", flat=True).first()
    run.problems.all().delete()
    run.save()


def _work(run: Run, watch: Watcher | None) -> None:
    progress = Progress(run, settings.HARVEST_SECONDS, watch)
    progress.write()
    with connect(run.source) as connector:
        recall(run.source, connector)
        version = connector.describe()
        if version != run.source.version:
            run.source.version = version
            run.source.save(update_fields=["version"])
        read_source(run, connector, progress)
        refresh_statistics(run, FACTS)
        if not run.dry:
            fill_gaps(run.source)
            if not getattr(connector, "tells_lineage", False):
                read_views(run.source, tick=progress.tick)
            announce_breaking(run.source, run.started_at or timezone.now())
            profile_source(run, connector, progress)
            refresh_statistics(run, VALUES)
            measure_states(run)
    _finish(run, Run.State.SUCCEEDED, "")


def _guarded(run: Run, work: Callable[[], None]) -> None:
    try:
        work()
    except ConnectorError as error:
        _fail(run, str(error), error.part)
    except UnreadableSecret as error:
        _fail(run, str(error), "password")
    except TooMuchVanished as question:
        run.diff = question.diff
        _finish(run, Run.State.CONFIRM, str(question))
    except Cancelled:
        _finish(run, Run.State.CANCELLED, "Stopped on request. What was already known is unchanged.")
    except (OutOfTime, SoftTimeLimitExceeded):
        _fail(run, f"Stopped after {settings.HARVEST_SECONDS // 60} minutes. Harvest fewer datasets at once, or raise "
              "HARVEST_SECONDS.", "timeout")  # fmt: skip
    except DatabaseError as error:
        if isinstance(error.__cause__, errors.DiskFull):
            _fail(run, "The catalog's database has no room left on its disk. Make room and harvest again; what was "
                  "known is unchanged.", "catalog")  # fmt: skip
        elif isinstance(error, OperationalError | InterfaceError):
            raise
        else:
            _fail_unforeseen(run, error)
    except Exception as error:  # noqa: BLE001 - whatever a connector's library may throw: the run must end, and say so
        _fail_unforeseen(run, error)


def _fail_unforeseen(run: Run, error: Exception) -> None:
    logger.error("run %s of source %s failed", run.pk, run.source_id, exc_info=error)
    _fail(run, f"Something unforeseen went wrong; the worker's log tells more, at run {run.pk}. What was known is "
          "unchanged.", "unforeseen")  # fmt: skip


def _fail(run: Run, message: str, part: str) -> None:
    run.failed_part = part
    mark_stale(run, message)
    _finish(run, Run.State.FAILED, message)


def _finish(run: Run, state: Run.State, message: str) -> None:
    run.state, run.message, run.finished_at = state, message, timezone.now()
    if state == Run.State.SUCCEEDED:
        run.phase = Run.Phase.DONE
    run.save(update_fields=["state", "message", "finished_at", "phase", "diff", "failed_part"])
