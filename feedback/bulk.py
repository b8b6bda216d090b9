"""The same done to many tickets at once: to all of them, or to none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from feedback.services import assign, move, prioritise, set_due

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from feedback.kinds import Priority
    from feedback.models import Ticket
    from feedback.workflow import State
    from permissions.models import User

MOST = 200


class Wish(NamedTuple):
    """What is to be done; what is None stays as it is."""

    to: State | None = None
    words: str = ""
    assignee: User | None = None
    priority: Priority | None = None
    due_on: date | None = None


class NotAll(Exception):
    """Nothing was done; `reasons` says of each ticket that stood in the way why."""

    def __init__(self, reasons: list[tuple[Ticket, str]]) -> None:
        super().__init__("Nothing was changed.")
        self.reasons = reasons


def change_many(*, actor: User, tickets: Collection[Ticket], wish: Wish) -> int:
    """Do the same to each ticket; returns how many there are. Raises `NotAll`."""
    with transaction.atomic():
        told = [(ticket, _reason_against(actor, ticket, wish)) for ticket in tickets]
        reasons = [(ticket, reason) for ticket, reason in told if reason]
        if reasons:
            transaction.set_rollback(True)
    if reasons:
        raise NotAll(reasons)
    return len(tickets)


def _reason_against(actor: User, ticket: Ticket, wish: Wish) -> str:
    """Why it cannot be done to one; empty where it is done."""
    try:
        with transaction.atomic():
            _change(actor, ticket, wish)
    except ValidationError as error:
        return " ".join(error.messages)
    except PermissionDenied as error:
        return str(error)
    return ""


def _change(actor: User, ticket: Ticket, wish: Wish) -> None:
    changes: tuple[tuple[Any, Any, dict[str, Any]], ...] = (
        (wish.assignee, assign, {"person": wish.assignee}),
        (wish.priority, prioritise, {"priority": wish.priority}),
        (wish.due_on, set_due, {"day": wish.due_on}),
        (wish.to, move, {"to": wish.to, "words": wish.words}),
    )
    for wanted, service, values in changes:
        if wanted is not None:
            service(actor=actor, ticket=ticket, **values)
