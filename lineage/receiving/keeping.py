"""How long received events are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from lineage.models import ReceivedEvent, Reported
from lineage.openlineage.events import Kind

if TYPE_CHECKING:
    from django.db.models import QuerySet

DONE = (ReceivedEvent.State.UNDERSTOOD, ReceivedEvent.State.REFUSED)
AT_ONCE = 5_000
RUNS_AS_LONG = 3  # times as long the merged state of a run is kept, for events of it that come late


def remove_old() -> int:
    """Remove events that are done with, and states of runs that nothing is said of any more; returns how many.

    What waits, and what failed here, stays however old it is.
    """
    kept = timedelta(days=settings.LINEAGE_EVENT_DAYS)
    now = timezone.now()
    events = ReceivedEvent.objects.filter(state__in=DONE, received_at__lt=now - kept)
    runs = Reported.objects.filter(kind=Kind.RUN.value, updated_at__lt=now - RUNS_AS_LONG * kept)
    return _remove(events) + _remove(runs)


def _remove(rows: QuerySet[Any]) -> int:
    removed = 0
    while ids := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        removed += rows.filter(pk__in=ids).delete()[0]
    return removed
