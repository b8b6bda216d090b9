"""Counting again what has just come into force, by a worker."""

from __future__ import annotations

from functools import partial

from celery import shared_task
from django.db import transaction

from definitions.measuring import measure_version


@shared_task(name="definitions.measure_version", soft_time_limit=900, time_limit=960, ignore_result=True)
def count_version(version_id: int) -> int:
    """Count every dataset that a version in force is bound to."""
    return measure_version(version_id)


def measure_soon(version_id: int) -> None:
    """Have a version counted once the transaction that puts it in force is done."""
    transaction.on_commit(partial(count_version.delay, version_id))
