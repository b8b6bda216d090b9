"""What workers do for lineage: work received events, find those whose message was lost, and remove old ones."""

from __future__ import annotations

from celery import shared_task
from django.core.cache import cache
from django.db import InterfaceError, OperationalError
from redis import RedisError

from lineage.reach import forget_changes
from lineage.receiving.keeping import remove_old
from lineage.receiving.working import link_all_parents, work

SECONDS = 60  # that one message is worked on; whoever finds more goes on by another


@shared_task(
    name="lineage.work_events",
    autoretry_for=(OperationalError, InterfaceError),
    retry_backoff=2,
    retry_kwargs={"max_retries": 5},
    acks_late=True,
    reject_on_worker_lost=True,
    soft_time_limit=600,
    time_limit=660,
)
def work_events() -> None:
    """Work what waits. Whatever comes from now on is told by another message."""
    _listen_again()
    if work(SECONDS):
        work_events.delay()


def _listen_again() -> None:
    try:
        cache.delete("lineage:poked")
    except RedisError:
        return  # the key ends by itself


@shared_task(name="lineage.sweep_events", soft_time_limit=600, time_limit=660)
def sweep_events() -> None:
    """Work what waits though no message tells of it: Redis was away, or a worker died."""
    work(SECONDS)
    link_all_parents()


@shared_task(name="lineage.remove_old_events", soft_time_limit=1800, time_limit=1860)
def remove_old_events() -> int:
    """Remove what is kept long enough; returns how many rows."""
    return remove_old() + forget_changes()
