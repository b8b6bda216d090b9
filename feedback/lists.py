"""Lists of tickets: one's own work, and all that one may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from feedback.models import Ticket

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedback.querysets import TicketQuerySet
    from permissions.models import User

ORDER = ("-updated_at", "-pk")
QUEUE_ORDER = ("priority", "-votes", "state_since", "pk")  # what to look at first


def tickets_for(viewer: User, wanted: Mapping[str, str]) -> TicketQuerySet:
    """Return the tickets that the viewer may read, as `wanted` says: q, whose, state, kind."""
    found = Ticket.objects.readable_by(viewer)
    match wanted.get("whose"):
        case "assigned":
            found = found.filter(assignee=viewer)
        case "reported":
            found = found.filter(reporter=viewer)
        case "watched":
            found = found.filter(watches__person=viewer, watches__muted=False)
    match wanted.get("state"):
        case "open":
            found = found.unresolved()
        case "overdue":
            found = found.overdue()
        case str() as state if state:
            found = found.filter(state=state)
    if kind := wanted.get("kind"):
        found = found.filter(kind=kind)
    for word in wanted.get("q", "").split()[:8]:
        found = found.filter(_holds(word))
    return found


def _holds(word: str) -> Q:
    number = word.removeprefix("#")
    by_number = Q(pk=int(number)) if number.isascii() and number.isdigit() and len(number) < 18 else Q()
    return by_number | Q(title__icontains=word)


def queue_of(viewer: User) -> TicketQuerySet:
    """Return what waits for the viewer: what is theirs to fix, and what they reported and are to confirm."""
    to_fix = Q(assignee=viewer, state__in=["new", "triaged", "in_progress"])
    to_confirm = Q(reporter=viewer, state="fixed")
    return Ticket.objects.readable_by(viewer).filter(to_fix | to_confirm).order_by(*QUEUE_ORDER)
