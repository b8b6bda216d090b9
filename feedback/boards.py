"""Boards: the tickets of a dataset, a domain or a person, by where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from feedback.workflow import State

if TYPE_CHECKING:
    from feedback.models import Ticket
    from feedback.querysets import TicketQuerySet

CARDS = 12  # of a column; the list shows the rest
_FIRST = (F("priority").asc(), F("votes").desc(), F("updated_at").desc(), F("id").desc())


@dataclass(frozen=True)
class Column:
    """One state, its tickets with the most urgent first, and how many there are."""

    state: State
    tickets: tuple[Ticket, ...]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.tickets)


def board_of(tickets: TicketQuerySet) -> list[Column]:
    """Return the columns of some tickets, in two queries."""
    counts = dict(tickets.order_by().values_list("state").annotate(Count("pk")))
    place = Window(RowNumber(), partition_by=[F("state")], order_by=list(_FIRST))
    cards: dict[str, list[Ticket]] = {state.value: [] for state in State}
    for ticket in tickets.for_lists().annotate(place=place).filter(place__lte=CARDS).order_by("place"):
        cards[ticket.state].append(ticket)
    return [Column(state, tuple(cards[state.value]), counts.get(state.value, 0)) for state in State]
