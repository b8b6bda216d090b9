"""Working what was received: one job at a time wherever the workers are, its events in the order they came."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from lineage.models import ReceivedEvent
from lineage.openlineage.bodies import parse
from lineage.openlineage.dbt import corrected
from lineage.openlineage.events import Event, read_event
from lineage.openlineage.merging import merged, states_of
from lineage.receiving import states
from lineage.receiving.projecting import link_parents, project

if TYPE_CHECKING:
    from lineage.openlineage.merging import Key

logger = logging.getLogger(__name__)

SPACE = 0x0C11E  # sets our locks apart from anybody else's in the same database
AT_ONCE = 500  # events of one job in one transaction
LOOKED_AT = 2_000  # waiting events among which the next jobs are looked for

_WAITING = """
    SELECT subject FROM (
        SELECT id, subject FROM lineage_receivedevent WHERE state = 'waiting' ORDER BY id LIMIT %s
    ) AS oldest GROUP BY subject ORDER BY min(id)
"""


def work(seconds: float) -> bool:
    """Work waiting events, oldest first, for about so long; returns whether more may be waiting.

    What another worker holds is left to it. A worker that dies leaves its events waiting.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not sum(work_subject(subject) for subject in _subjects()):
            return False
    return True


def _subjects() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [LOOKED_AT])
        return [subject for (subject,) in cursor.fetchall()]


def work_subject(subject: int) -> int:
    """Work the next events of a job; returns how many are no longer waiting, 0 where somebody else is at it."""
    try:
        return _work(subject, AT_ONCE)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("events of subject %s could not be worked together", subject)
        return _one_by_one(subject)


def _one_by_one(subject: int) -> int:
    """Find the event that cannot be worked, and set it aside: the others of its job must not wait for ever."""
    done = 0
    for _ in range(AT_ONCE):
        try:
            count = _work(subject, 1)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            logger.exception("an event of subject %s could not be worked", subject)
            count = _set_aside(subject, error)
        if not count:
            break
        done += count
    return done


def _set_aside(subject: int, error: Exception) -> int:
    first = ReceivedEvent.objects.filter(state=ReceivedEvent.State.WAITING, subject=subject).order_by("pk")[:1]
    why = f"It could not be worked: {type(error).__name__}. The log of the worker tells more."
    return ReceivedEvent.objects.filter(pk__in=first.values("pk")).update(
        state=ReceivedEvent.State.FAILED, notes=[why], worked_at=timezone.now()
    )


@transaction.atomic
def _work(subject: int, most: int) -> int:
    if not _taken(subject):
        return 0
    rows = list(ReceivedEvent.objects.filter(state=ReceivedEvent.State.WAITING, subject=subject).order_by("pk")[:most])
    events = [meant for row in rows if (meant := _meant(row)) is not None]
    if events:
        _merge(events)
    ReceivedEvent.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=ReceivedEvent.State.UNDERSTOOD, worked_at=timezone.now()
    )
    return len(rows)


def _taken(subject: int) -> bool:
    """Whether this transaction may work the subject; the lock goes with it, and with the worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [SPACE, subject])
        (taken,) = cursor.fetchone()
    return bool(taken)


def _meant(row: ReceivedEvent) -> Event | None:
    return corrected(read_event(parse(row.text.encode()), row.received_at))


def _merge(events: Sequence[Event]) -> None:
    keys: set[Key] = {key for event in events for key in states_of(event)}
    before = states.held(keys)
    after = merged(before, events)
    states.keep({key: state for key, state in after.items() if before.get(key) != state})
    project(before, after)
    link_parents([event.run_id for event in events if event.run_id is not None])


def rework(ids: Sequence[int] | None = None) -> int:
    """Let what failed here wait again, all of it or what is named; returns how many."""
    failed = ReceivedEvent.objects.filter(state=ReceivedEvent.State.FAILED)
    chosen = failed if ids is None else failed.filter(pk__in=ids)
    return chosen.update(state=ReceivedEvent.State.WAITING, worked_at=None)


def link_all_parents() -> int:
    """Give every run the run that started it, where both are known by now; returns how many."""
    return link_parents(None)
