"""Tickets that notices may be about, and to whom they are open now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedback.models import Ticket
from feedback.telling import SUBJECT
from notifications.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Collection

    from permissions.models import User


def tickets(person: User, ids: Collection[int]) -> set[int]:
    """Tickets that the person may read."""
    return set(Ticket.objects.readable_by(person).filter(pk__in=ids).values_list("pk", flat=True))


SUBJECTS = (Subject(SUBJECT, tickets),)
