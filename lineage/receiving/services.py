"""What administrators may do with received events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from lineage.receiving.working import rework
from permissions.audit import record

if TYPE_CHECKING:
    from lineage.models import ReceivedEvent
    from permissions.models import User


@transaction.atomic
def rework_event(*, actor: User | None, event: ReceivedEvent) -> bool:
    """Let an event that failed here be worked again; returns whether it had failed."""
    done = bool(rework([event.pk]))
    if done:
        record("lineage.event_reworked", actor=actor, thing=event)
    return done
