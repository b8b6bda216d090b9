"""One worker at a time for each tracker: two would open everything there twice."""

from __future__ import annotations

from django.db import connection

from feedback.models import Tracker
from feedback.sync.stepping import keep_step

LOCK = 7_205_811


def step_alone(pk: int) -> int:
    """Keep step with a tracker unless another worker does; returns how many things were passed on.

    The lock is of the session, as what is done meanwhile is committed bit by bit: what is known to be there stays so.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, pk])
        if not cursor.fetchone()[0]:
            return 0
    try:
        tracker = Tracker.objects.select_related("speaks_for", "domain").filter(pk=pk, off_at=None).first()
        return keep_step(tracker) if tracker else 0
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, pk])
