"""One ticket and what hangs on it, as far as one person may know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import Http404

from catalog.closed import closed_fields_of
from catalog.models import Dataset, Field
from feedback.kinds import Severity
from feedback.models import Attachment, Cause, Clock, Comment, Event, ReadyAnswer, Ticket
from feedback.priority import suggest_priority
from feedback.workflow import Part, Step, steps_for
from lineage.models import Edge
from permissions.gate import Restricted, find, may, require
from permissions.levels import Level
from permissions.models import Duty
from permissions.things import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from feedback.priority import Suggested
    from permissions.access import Viewer
    from permissions.models import User

MOST_LINES = 500  # of a timeline
MOST_LINKED = 50


def find_ticket(viewer: User, pk: int) -> Ticket:
    """Return a ticket that the viewer may read.

    Raises `Http404` where they may not know of what it is about, `permissions.gate.Restricted` where they may not
    read of it.
    """
    ticket: Ticket = find(Ticket.objects.for_lists(), viewer, Level.DISCOVER, pk=pk)
    require(ticket.subject, viewer, Level.READ)
    if ticket.field and ticket.field.parent_path and not knows_of(viewer, ticket):
        raise Http404(NOTHING)
    return ticket


def knows_of(person: User, ticket: Ticket) -> bool:
    """Whether a person may read a ticket."""
    return person.is_active and Ticket.objects.readable_by(person).filter(pk=ticket.pk).exists()


def find_subject(viewer: User, ref: str) -> tuple[Dataset, Field | None]:
    """Return what ``dataset:7`` or ``field:9`` names, for a report. Raises as `find_ticket`."""
    kind, _, number = ref.partition(":")
    if kind not in ("dataset", "field") or not (number.isascii() and number.isdigit()) or len(number) > 18:
        raise Http404(NOTHING)
    if kind == "dataset":
        return find(Dataset.objects.with_context(), viewer, pk=int(number)), None
    field = find(Field.objects.select_related("dataset"), viewer, pk=int(number))
    dataset = find(Dataset.objects.with_context(), viewer, pk=field.dataset_id)
    closed = closed_fields_of(viewer, dataset)
    if closed.stopping(field.path, Level.READ):
        raise Http404(NOTHING)
    return dataset, field


def parts_of(viewer: User, ticket: Ticket) -> frozenset[Part]:
    """What the viewer is to a ticket."""
    held = {
        Part.REPORTER: ticket.reporter_id == viewer.pk,
        Part.ASSIGNEE: ticket.assignee_id == viewer.pk,
        Part.TRIAGER: viewer.has_perm(Duty.TRIAGE, ticket.dataset),
    }
    return frozenset(part for part, holds in held.items() if holds)


@dataclass(frozen=True)
class Line:
    """One line of a timeline: something done, or something said."""

    event: Event | None = None
    comment: Comment | None = None

    @property
    def at(self) -> Any:
        return (self.event.at, self.event.pk) if self.event else (self.comment.created_at, 0)  # type: ignore[union-attr]


@dataclass(frozen=True)
class Linked:
    """Tickets beside one, each that the viewer may read, and how many more they may only know of."""

    tickets: tuple[Ticket, ...]
    closed: int = 0


@dataclass(frozen=True)
class TicketPage:
    """A ticket as one person may see it."""

    ticket: Ticket
    parts: frozenset[Part]
    timeline: tuple[Line, ...]
    causes: Linked
    effects: Linked
    duplicates: Linked
    row_key: dict[str, Any] | None
    voted: bool
    watching: bool
    clocks: tuple[Clock, ...] = ()
    pictures: tuple[Attachment, ...] = ()
    pictures_hidden: bool = False
    may_attach: bool = False
    ready: tuple[ReadyAnswer, ...] = ()

    @property
    def steps(self) -> list[Step]:
        return steps_for(self.ticket.stands, self.parts)

    @property
    def may_wait(self) -> bool:
        """Whether the viewer may stop its clocks until its reporter answers."""
        works = bool(self.parts & {Part.TRIAGER, Part.ASSIGNEE}) and Part.REPORTER not in self.parts
        return works and self.ticket.is_open and self.ticket.waiting_since is None and self.ticket.reporter is not None

    @property
    def triages(self) -> bool:
        return Part.TRIAGER in self.parts


def page_of(viewer: User, ticket: Ticket) -> TicketPage:
    """Return all that the ticket's page shows."""
    parts, open_values = parts_of(viewer, ticket), may_see_any_value(viewer, ticket)
    pictures = tuple(ticket.attachments.defer("content").select_related("author").order_by("pk"))
    return TicketPage(
        ticket=ticket,
        parts=parts,
        timeline=_timeline(viewer, ticket),
        causes=_linked(viewer, Cause.objects.filter(effect=ticket).values_list("cause", flat=True), tell_closed=True),
        effects=_linked(viewer, Cause.objects.filter(cause=ticket).values_list("effect", flat=True)),
        duplicates=_linked(viewer, Ticket.objects.filter(duplicate_of=ticket).values_list("pk", flat=True)),
        row_key=ticket.row_key if ticket.row_key and may_see_values(viewer, ticket) else None,
        voted=ticket.votes_cast.filter(person=viewer).exists(),
        clocks=tuple(ticket.clocks.order_by("goal")),
        pictures=pictures if open_values else (),
        pictures_hidden=bool(pictures) and not open_values,
        may_attach=open_values,
        ready=tuple(_ready_answers(ticket)) if Part.TRIAGER in parts else (),
        watching=ticket.watches.filter(person=viewer, muted=False).exists(),
    )


def _ready_answers(ticket: Ticket) -> QuerySet[ReadyAnswer]:
    """Those of the dataset's domain, and of all."""
    return ReadyAnswer.objects.filter(Q(domain=None) | Q(domain=ticket.dataset.effective_domain))


def _timeline(viewer: User, ticket: Ticket) -> tuple[Line, ...]:
    """What happened and what was said, oldest first; nothing of tickets that the viewer may not read."""
    events = list(ticket.events.select_related("actor", "other").order_by("-at", "-pk")[:MOST_LINES])
    others = {event.other_id for event in events if event.other_id}
    known = set(Ticket.objects.readable_by(viewer).filter(pk__in=others).values_list("pk", flat=True))
    comments = ticket.comments.select_related("author").order_by("-created_at", "-pk")[:MOST_LINES]
    lines = [Line(event=one) for one in events if one.other_id is None or one.other_id in known]
    lines += [Line(comment=one) for one in comments]
    return tuple(sorted(lines, key=lambda line: line.at))


def _linked(viewer: User, ids: Iterable[int], *, tell_closed: bool = False) -> Linked:
    """What is upstream and closed is only told to be there: that somebody works on it. What is hidden is not."""
    wanted = set(ids)
    if not wanted:
        return Linked(())
    found = Ticket.objects.for_lists().readable_by(viewer).filter(pk__in=wanted).order_by("-updated_at")[:MOST_LINKED]
    tickets = tuple(found)
    closed = wanted - {one.pk for one in tickets} if tell_closed else set()
    return Linked(tickets, Ticket.objects.visible_to(viewer).filter(pk__in=closed).count() if closed else 0)


def may_see_values(viewer: User, ticket: Ticket) -> bool:
    """Whether values of the row's key may be shown."""
    if not may(ticket.dataset, viewer, Level.SAMPLE):
        return False
    closed = closed_fields_of(viewer, ticket.dataset)
    return not any(closed.masking(name) for name in ticket.row_key or {})


def may_see_any_value(viewer: User, ticket: Ticket) -> bool:
    """Whether no value of the dataset is kept from the viewer, as a picture of it may show any."""
    closed = closed_fields_of(viewer, ticket.dataset)
    return may(ticket.dataset, viewer, Level.SAMPLE) and not any(closed.by_level.values())


def suggested_priority(viewer: Viewer, ticket: Ticket) -> Suggested:
    """Return how urgent a ticket seems, by what the viewer may know."""
    edges = Edge.objects.current().visible_to(viewer).filter(upstream__dataset=ticket.dataset)
    return suggest_priority(
        severity=Severity(ticket.severity),
        readers=ticket.dataset.popularity,
        downstream=edges.values("downstream").distinct().count(),
        certified=ticket.dataset.certified_at is not None,
        votes=ticket.votes,
    )


__all__ = ["Restricted", "find_subject", "find_ticket", "knows_of", "page_of", "parts_of", "suggested_priority"]
