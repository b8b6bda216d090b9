"""Boards: the tickets of a dataset, a domain or a person, by where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F
from django.db.models.expressions import OrderBy

from feedback.models import Ticket
from feedback.workflow import WAITING, State

if TYPE_CHECKING:
    from feedback.querysets import TicketQuerySet

CARDS = 12  # of a column; the list shows the rest
_URGENT = (F("priority").asc(), F("votes").desc(), F("updated_at").desc(), F("id").desc())
_LATEST = (F("updated_at").desc(), F("id").desc())  # of what is done, for which an index is at hand


@dataclass(frozen=True)
class Column:
    """One state, its tickets with the most urgent first (the latest of those that are done), and how many there are."""

    state: State
    tickets: tuple[Ticket, ...]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.tickets)


def board_of(tickets: TicketQuerySet) -> list[Column]:
    """Return the columns of some tickets, in three queries: how many, which are shown, and what these say."""
    counts = dict(tickets.order_by().values_list("state").annotate(Count("pk")))
    first, *others = (
        tickets.filter(state=state.value).order_by(*_order(state)).values("pk", "state")[:CARDS] for state in State
    )
    shown = [row["pk"] for row in first.union(*others, all=True)]
    cards: dict[str, list[Ticket]] = {state.value: [] for state in State}
    for ticket in sorted(Ticket.objects.for_lists().filter(pk__in=shown), key=_place):
        cards[ticket.state].append(ticket)
    return [Column(state, tuple(cards[state.value]), counts.get(state.value, 0)) for state in State]


def _order(state: State) -> tuple[OrderBy, ...]:
    return _URGENT if state in WAITING else _LATEST


def _place(ticket: Ticket) -> tuple[float, ...]:
    latest = (-ticket.updated_at.timestamp(), -ticket.pk)
    return (ticket.priority, -ticket.votes, *latest) if ticket.stands in WAITING else latest
