"""What workers do: harvest, and pick up what a dead worker left."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from catalog.models import Source
from harvest import services
from harvest.engine import Busy, execute
from harvest.locks import is_free
from harvest.models import Run

PATIENCE = timedelta(seconds=30)  # a queued run that old has lost its message, or Redis was away when it was sent


@shared_task(
    name="harvest.run",
    autoretry_for=(OperationalError, InterfaceError),
    retry_backoff=2,
    retry_kwargs={"max_retries": 5},
    acks_late=True,
    reject_on_worker_lost=True,
)
def run_harvest(run_id: int) -> None:
    """Do one run; a second message for it finds the source taken, or the run ended, and does nothing."""
    run = Run.objects.select_related("source").filter(pk=run_id).first()
    if run is None:
        return
    try:
        execute(run)
    except Busy:
        return


@shared_task(name="harvest.scheduled")
def harvest_by_schedule(source_id: int) -> None:
    """Begin the harvest that a source's schedule asks for; a harvest under way serves as well."""
    source = Source.objects.filter(pk=source_id, retired_at=None).first()
    if source is None:
        return
    try:
        services.start_run(source=source, actor=None, trigger=Run.Trigger.SCHEDULE)
    except services.AlreadyActive:
        return


@shared_task(name="harvest.sweep")
def sweep() -> None:
    """Send again the runs whose message was lost, or whose worker died: nobody holds their source."""
    waiting = Run.objects.active().filter(created_at__lt=timezone.now() - PATIENCE)
    for run in waiting:
        beaten = run.heartbeat_at is None or run.heartbeat_at < timezone.now() - PATIENCE
        if beaten and is_free(run.source_id):
            services.send(run)
