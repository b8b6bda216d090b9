"""Who is told of what happens to tickets: nobody of what they may not read, and nobody of what they did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedback.models.tickets import Ticket
from notifications.models import Notice
from notifications.services import tell
from permissions.roles import council_members

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from permissions.models import User

SUBJECT = "ticket"
MOST_TOLD = 500  # watchers of one ticket


def tell_watchers(
    ticket: Ticket, actor: User | None, happened: str, words: str = "", besides: Collection[User] = ()
) -> int:
    """Tell all who watch a ticket what happened to it; returns how many."""
    watches = ticket.watches.filter(muted=False, person__is_active=True).select_related("person")[:MOST_TOLD]
    people = [one.person for one in watches if one.person not in besides]
    return _tell(ticket, actor, people, "ticket_changed", f"{ticket} {ticket.title[:200]} {happened}", words)


def tell_assignee(ticket: Ticket, actor: User | None) -> int:
    """Tell whoever a ticket was given to."""
    people = [ticket.assignee] if ticket.assignee else []
    return _tell(ticket, actor, people, "ticket_assigned", f"Yours to look at: {ticket.title}", ticket.body)


def tell_mentioned(ticket: Ticket, actor: User, people: Iterable[User], words: str) -> int:
    """Tell those whom a comment names."""
    return _tell(ticket, actor, people, "ticket_mention", f"{actor} mentions you: {ticket.title[:200]}", words)


def tell_council(ticket: Ticket, actor: User | None) -> int:
    """Tell the council of a ticket that nobody answers for."""
    title = f"Nobody answers for {ticket.dataset.name[:100]}: {ticket.title[:150]}"
    return _tell(ticket, actor, council_members(), "ticket_unanswered", title, ticket.body)


def _tell(ticket: Ticket, actor: User | None, people: Iterable[User], kind: str, title: str, words: str) -> int:
    chosen = {one.pk: one for one in people if one is not None and one != actor}
    url, detail = ticket.get_absolute_url(), " ".join(words.split())[:300]
    return tell(
        Notice(
            person=person, kind=kind, title=title[:300], detail=detail, url=url, subject=SUBJECT, subject_id=ticket.pk
        )
        for person in chosen.values()
        if Ticket.objects.readable_by(person).filter(pk=ticket.pk).exists()
    )
