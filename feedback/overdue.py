"""Who is warned before a promise is broken, and who is told when it is: each clock once, whatever the worker does."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction
from django.urls import reverse

from feedback.models import Event, Ticket
from feedback.models.levels import Clock
from feedback.telling import SUBJECT
from notifications.models import Notice
from notifications.services import tell
from permissions.roles import council_members

if TYPE_CHECKING:
    from collections.abc import Iterable

    from permissions.models import User

AT_ONCE: Final = 1_000
EACH_BY_ITSELF: Final = 5  # notices of one person in one go; more are told as one

_MARK = """
    UPDATE feedback_clock SET {told} = now() WHERE id IN (
        SELECT id FROM feedback_clock WHERE {told} IS NULL AND {when} <= now() {besides}
        ORDER BY {when} LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING id
"""


def check_clocks() -> tuple[int, int]:
    """Warn of what is due soon and escalate what is overdue; returns how many clocks of each."""
    return _all(_warn), _all(_escalate)


def _all(step: Any) -> int:
    total = 0
    while made := step():
        total += made
    return total


def _marked(told: str, when: str, besides: str = "") -> list[Clock]:
    with connection.cursor() as cursor:
        cursor.execute(_MARK.format(told=told, when=when, besides=besides), [AT_ONCE])
        ids = [pk for (pk,) in cursor.fetchall()]
    people = ("dataset__steward", "dataset__owner", "dataset__domain__steward", "dataset__source__domain__steward")
    more = ("dataset__source__owner", "assignee", "dataset__container", "field")
    clocks = list(Clock.objects.filter(pk__in=ids))
    tickets = Ticket.objects.select_related(*people, *more).in_bulk({clock.ticket_id for clock in clocks})
    for clock in clocks:
        clock.ticket = tickets[clock.ticket_id]
    return clocks


@transaction.atomic
def _warn() -> int:
    clocks = _marked("warned_at", "warn_at", "AND due_at > now()")
    wanted = [(clock, clock.ticket.assignee) for clock in clocks]
    _tell("ticket_due_soon", wanted, "is due soon", "tickets of yours are due soon")
    return len(clocks)


@transaction.atomic
def _escalate() -> int:
    """To whoever it is assigned to, and to who answers for its dataset beside or above them, in the end the council."""
    clocks = _marked("breached_at", "due_at")
    Event.objects.bulk_create(
        Event(ticket_id=clock.ticket_id, what=Event.What.BREACHED, after=clock.get_goal_display()) for clock in clocks
    )
    council = council_members() if clocks else []
    wanted = [(clock, person) for clock in clocks for person in _above(clock.ticket, council)]
    _tell("ticket_overdue", wanted, "is overdue", "tickets are overdue")
    return len(clocks)


def _above(ticket: Ticket, council: Iterable[User]) -> list[User | None]:
    domain = ticket.dataset.effective_domain
    answering = [ticket.dataset.steward, ticket.dataset.owner, domain.steward if domain else None]
    others = [one for one in answering if one is not None and one != ticket.assignee]
    return [ticket.assignee, *(others[:1] or council)]


def _tell(kind: str, wanted: Iterable[tuple[Clock, User | None]], happened: str, many: str) -> None:
    """Nobody of what they may not read; whoever has many, of all of them at once."""
    by_person: defaultdict[User, dict[tuple[int, str], Clock]] = defaultdict(dict)
    for clock, person in wanted:
        if person is not None and person.is_active:
            by_person[person][clock.ticket_id, clock.goal] = clock
    notices: list[Notice] = []
    for person, clocks in by_person.items():
        ids = {pk for pk, _ in clocks}
        open_now = set(Ticket.objects.readable_by(person).filter(pk__in=ids).values_list("pk", flat=True))
        told = [clock for clock in clocks.values() if clock.ticket_id in open_now]
        notices += _notices(person, kind, told, happened, many)
    tell(notices)


def _notices(person: User, kind: str, clocks: list[Clock], happened: str, many: str) -> list[Notice]:
    if len(clocks) > EACH_BY_ITSELF:
        url = f"{reverse('feedback:tickets')}?whose=all&state=overdue"
        return [Notice(person=person, kind=kind, title=f"{len(clocks)} {many}", url=url)]
    return [
        Notice(
            person=person, kind=kind, url=clock.ticket.get_absolute_url(), subject=SUBJECT, subject_id=clock.ticket_id,
            title=f"The {clock.get_goal_display()} of {clock.ticket} {happened}: {clock.ticket.title}"[:300],
        )
        for clock in clocks
    ]  # fmt: skip
