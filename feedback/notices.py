"""Tickets that notices may be about, and to whom they are open now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedback.models import Ticket
from feedback.telling import SUBJECT
from notifications.often import Often
from notifications.subjects import Subject
from notifications.topics import Topic

if TYPE_CHECKING:
    from collections.abc import Collection

    from permissions.models import User


def tickets(person: User, ids: Collection[int]) -> set[int]:
    """Tickets that the person may read."""
    return set(Ticket.objects.readable_by(person).filter(pk__in=ids).values_list("pk", flat=True))


TOPICS = (
    Topic(
        "tickets_mine",
        "Tickets that are given to you, or mention you",
        frozenset({"ticket_assigned", "ticket_mention", "ticket_unanswered"}),
        Often.AT_ONCE,
    ),
    Topic(
        "tickets_late",
        "Tickets that are due soon or overdue",
        frozenset({"ticket_due_soon", "ticket_overdue"}),
        Often.AT_ONCE,
    ),
    Topic("tickets_watched", "What happens to tickets that you watch", frozenset({"ticket_changed"}), Often.DAILY),
)
SUBJECTS = (Subject(SUBJECT, tickets),)
