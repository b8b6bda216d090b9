"""Tickets, what is said under them, and what is promised, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from core.api.query import Query, flag
from core.tabular.collections import Collection, Column, Kind
from feedback.levels import levels_known_to
from feedback.models import Comment, Ticket

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from feedback.models import ServiceLevel
    from feedback.querysets import TicketQuerySet
    from permissions.models import User


class TicketTableQuery(Query):
    dataset = serializers.CharField(required=False, max_length=5_000, help_text="Of the dataset of this key.")
    open = flag("Those that are not resolved, or that are; all when not given.")


def tickets(viewer: User, wanted: Mapping[str, Any]) -> TicketQuerySet:
    """Tickets that the viewer may read."""
    found = Ticket.objects.readable_by(viewer)
    if key := wanted.get("dataset"):
        found = found.filter(dataset__key=key)
    if (still := wanted.get("open")) is not None:
        unresolved = Ticket.objects.unresolved().values("pk")
        found = found.filter(pk__in=unresolved) if still else found.exclude(pk__in=unresolved)
    return found


def comments(viewer: User, wanted: Mapping[str, Any]) -> QuerySet[Comment]:
    """What is said under tickets that the viewer may read."""
    return Comment.objects.filter(ticket__in=tickets(viewer, wanted))


def levels(viewer: User, wanted: Mapping[str, Any]) -> QuerySet[ServiceLevel]:
    """What is promised for things that the viewer may know of."""
    return levels_known_to(viewer).order_by("pk")


_SEVERITIES = ("blocker", "major", "minor", "cosmetic")

COLLECTIONS = (
    Collection(
        name="tickets", title="Tickets", about="What people say of data, and what becomes of it.", key=("id",),
        rows=tickets, query=TicketTableQuery,
        columns=(
            Column("id", "pk", "Its number.", Kind.NUMBER),
            Column("dataset", "dataset__key", "The key of the dataset it is about."),
            Column("field", "field__path", "The path of the field it is about."),
            Column("kind", "kind", "What it is about.", word=True),
            Column("severity", "severity", "How bad it is for whoever reported it.", word=True),
            Column("title", "title", "In one line."),
            Column("state", "state", "Where it stands.", word=True),
            Column("priority", "priority", "1 is the most urgent, 4 the least.", Kind.NUMBER),
            Column("reporter", "reporter__username", "Who reported it."),
            Column("assignee", "assignee__username", "Whose it is."),
            Column("votes", "votes", "How many others it hits.", Kind.NUMBER),
            Column("reopened", "reopened", "How often it was not gone after all.", Kind.NUMBER),
            Column("due_on", "due_on", "By when it is to be fixed.", Kind.MOMENT),
            Column("created_at", "created_at", "When it was reported.", Kind.MOMENT),
            Column("updated_at", "updated_at", "When anything happened last.", Kind.MOMENT),
            Column("first_answer_at", "first_answer_at", "When somebody answered.", Kind.MOMENT),
            Column("fixed_at", "fixed_at", "When it was fixed at the source.", Kind.MOMENT),
        ),
    ),
    Collection(
        name="comments", title="Comments", about="What is said under tickets.", key=("id",),
        rows=comments, query=TicketTableQuery,
        columns=(
            Column("id", "pk", "Its number.", Kind.NUMBER),
            Column("ticket", "ticket_id", "The number of its ticket.", Kind.NUMBER),
            Column("author", "author__username", "Who said it."),
            Column("body", "body", "What was said; Markdown."),
            Column("created_at", "created_at", "When.", Kind.MOMENT),
        ),
    ),
    Collection(
        name="service_levels", title="Service levels", about="How soon what is reported is answered and fixed.",
        key=("id",), rows=levels,
        columns=(
            Column("id", "pk", "Its number.", Kind.NUMBER),
            Column("dataset", "dataset__key", "The dataset it holds for."),
            Column("domain", "domain__slug", "The domain it holds for; neither for all other data.", word=True),
            *(
                Column(f"{goal}_{severity}", f"{goal}_{severity}", f"Hours of work to the {words}.", Kind.NUMBER)
                for goal, words in (("answer", "first answer"), ("fix", "fix"))
                for severity in _SEVERITIES
            ),
            Column("time_zone", "time_zone", "Where the hours are counted.", word=True),
            Column("country", "country", "Whose public holidays are free.", word=True),
            Column("subdivision", "subdivision", "The part of the country.", word=True),
        ),
    ),
)  # fmt: skip
