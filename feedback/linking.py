"""What belongs together: a problem and its cause upstream, a report and the same report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from feedback.models import Cause, Event, Ticket, Vote, Watch
from feedback.reading import knows_of
from feedback.services import _locked, _set_state, note_event, report, require_triager
from feedback.telling import tell_watchers
from feedback.workflow import State

if TYPE_CHECKING:
    from catalog.models import Dataset, Field
    from permissions.models import User

ASKED = "Reported downstream."  # where is told on the ticket's page to whoever may know of it
DEEPEST = 50  # causes of causes
_REACHES = """
    WITH RECURSIVE above(id, depth) AS (
        SELECT %s::bigint, 0
        UNION SELECT c.cause_id, depth + 1 FROM above JOIN feedback_cause c ON c.effect_id = above.id WHERE depth < %s
    ) SELECT EXISTS (SELECT 1 FROM above WHERE id = %s)
"""


@transaction.atomic
def route_upstream(
    *, actor: User, ticket: Ticket, dataset: Dataset, field: Field | None = None, joining: Ticket | None = None,
    words: str = "",
) -> Ticket:  # fmt: skip
    """Take a problem to where it comes from: a ticket of the dataset upstream, new or `joining` one that is there.

    Its steward is asked, and when it is fixed there, it is fixed here for the reporter to confirm. Returns the cause.
    Raises `ValidationError`, `PermissionDenied` for who does not triage the ticket's dataset.
    """
    require_triager(actor, ticket)
    if dataset == ticket.dataset and joining is None:
        raise ValidationError("This is the dataset that the ticket is about. Choose one that it reads from.")
    cause = joining or report(
        actor=actor, dataset=dataset, field=field, kind=ticket.kind, severity=ticket.severity, title=ticket.title,
        body=words.strip() or ASKED, expected=ticket.expected, impact=ticket.impact,
    )  # fmt: skip
    link_cause(actor=actor, effect=ticket, cause=cause, words=words)
    return cause


@transaction.atomic
def link_cause(*, actor: User, effect: Ticket, cause: Ticket, words: str = "") -> None:
    """Say that the problem of `effect` comes from that of `cause`. Raises `ValidationError` for circles."""
    require_triager(actor, effect)
    if _comes_from(cause, effect):
        raise ValidationError(f"{cause} comes from {effect} itself: that would be a circle.")
    _, made = Cause.objects.get_or_create(effect=effect, cause=cause, defaults={"stated_by": actor})
    if not made:
        return
    note_event(effect, actor, Event.What.CAUSED, words=words.strip(), other=cause)
    note_event(cause, actor, Event.What.CAUSES, other=effect)
    if effect.stands is State.NEW:
        _set_state(_locked(effect), actor, State.TRIAGED)
    tell_watchers(cause, actor, "is the cause of another problem downstream")


def _comes_from(ticket: Ticket, other: Ticket) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_REACHES, [ticket.pk, DEEPEST, other.pk])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def merge(*, actor: User, ticket: Ticket, into: Ticket) -> Ticket:
    """Close a ticket as the same as another; who voted for it or watches it follows there. Raises `ValidationError`."""
    ticket = _locked(ticket)
    require_triager(actor, ticket)
    if into == ticket or into.duplicate_of_id == ticket.pk:
        raise ValidationError({"into": "Choose another ticket."})
    if not ticket.is_open:
        raise ValidationError({"into": f"This ticket is {ticket.stands.words}: there is nothing to merge."})
    _follow(ticket, into)
    Ticket.objects.filter(pk=ticket.pk).update(duplicate_of=into)
    ticket.duplicate_of = into
    note_event(into, actor, Event.What.RECEIVED, other=ticket)
    note_event(ticket, actor, Event.What.MERGED, other=into)
    _set_state(ticket, actor, State.DECLINED, f"It is the same as {into}.")
    return ticket


def _follow(ticket: Ticket, into: Ticket) -> None:
    """Those who may read the other."""
    people = {watch.person_id: watch.person for watch in ticket.watches.select_related("person").filter(muted=False)}
    welcome = [person for person in people.values() if knows_of(person, into)]
    Watch.objects.bulk_create([Watch(ticket=into, person=one) for one in welcome], ignore_conflicts=True)
    voters = {vote.person_id: vote for vote in ticket.votes_cast.select_related("person")}
    if ticket.reporter is not None:
        voters.setdefault(ticket.reporter.pk, Vote(person=ticket.reporter, use_case=ticket.impact[:500]))
    moved = [one for one in voters.values() if one.person_id != into.reporter_id and knows_of(one.person, into)]
    Vote.objects.bulk_create(
        [Vote(ticket=into, person=one.person, use_case=one.use_case) for one in moved], ignore_conflicts=True
    )
    votes = Vote.objects.filter(ticket=into).count()
    Ticket.objects.filter(pk=into.pk).update(votes=votes, updated_at=timezone.now())
