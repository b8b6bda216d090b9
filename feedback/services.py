"""What people do with tickets. Each change is an event of the ticket's timeline, and its watchers are told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from feedback.kinds import Priority
from feedback.models import Absence, Event, Ticket, Watch
from feedback.promises import follow_step, note_answer, pause_clocks, require_room, resume_clocks, start_clocks
from feedback.reading import knows_of, parts_of
from feedback.telling import tell_assignee, tell_council, tell_watchers
from feedback.workflow import Part, State, find_step, reopens
from notifications.choosing import zone_of

if TYPE_CHECKING:
    from datetime import date

    from catalog.models import Dataset, Field
    from permissions.models import User

AT_ONCE = timedelta(minutes=5)  # the same report again within it is the same press of a button
MOST_AN_HOUR = 60  # reports of one person


@transaction.atomic
def report(  # noqa: PLR0913 - what a ticket says
    *, actor: User, dataset: Dataset, kind: str, severity: str, title: str, field: Field | None = None, body: str = "",
    expected: str = "", impact: str = "", evidence: str = "", row_key: dict[str, Any] | None = None,
) -> Ticket:  # fmt: skip
    """Open a ticket about something the actor may read; it goes to whoever answers for the dataset.

    Raises `ValidationError`. The same report within five minutes is returned as it is.
    """
    if same := _just_reported(actor, dataset, title):
        return same
    _require_restraint(actor)
    return open_ticket(
        actor, dataset=dataset, field=field, kind=kind, severity=severity, title=title.strip(), body=body,
        expected=expected, impact=impact, evidence=evidence, row_key=row_key,
    )  # fmt: skip


def open_ticket(actor: User, **values: Any) -> Ticket:
    """Open a ticket, whoever reported what before; it goes to whoever answers for the dataset."""
    ticket = Ticket.objects.create(reporter=actor, **values)
    note_event(ticket, actor, Event.What.REPORTED)
    start_clocks(ticket)
    watch(actor=actor, ticket=ticket)
    _hand_to_steward(ticket, actor)
    return ticket


def _just_reported(actor: User, dataset: Dataset, title: str) -> Ticket | None:
    since = timezone.now() - AT_ONCE
    mine = Ticket.objects.filter(reporter=actor, dataset=dataset, created_at__gte=since)
    return mine.filter(title=title.strip()).order_by("-pk").first()


def _require_restraint(actor: User) -> None:
    since = timezone.now() - timedelta(hours=1)
    if Ticket.objects.filter(reporter=actor, created_at__gte=since).count() >= MOST_AN_HOUR:
        raise ValidationError(f"You have reported {MOST_AN_HOUR} things within an hour. Wait a while, or use a table.")


def deputy_of(person: Any) -> Any:
    """Whoever is asked for a person today: their deputy where they are away, and not the deputy's."""
    if person is None:
        return None
    today = timezone.now().astimezone(zone_of(person)).date()
    away = Absence.objects.filter(person=person, first_day__lte=today, last_day__gte=today, deputy__is_active=True)
    found = away.select_related("deputy").first()
    return found.deputy if found else person


def _hand_to_steward(ticket: Ticket, actor: User) -> None:
    """To whoever answers for the dataset; to the council, where nobody does who may read it."""
    steward: Any = deputy_of(ticket.dataset.responsible)
    if steward is not None and not knows_of(steward, ticket):
        steward = ticket.dataset.responsible
    if steward is None or not knows_of(steward, ticket):
        tell_council(ticket, actor)
        return
    Ticket.objects.filter(pk=ticket.pk).update(assignee=steward)
    ticket.assignee = steward
    Watch.objects.get_or_create(ticket=ticket, person=steward)
    tell_assignee(ticket, actor)


@transaction.atomic
def move(*, actor: User, ticket: Ticket, to: State, words: str = "", seen: State | None = None) -> Ticket:
    """Take a ticket a step on. `seen` is where the actor saw it stand: elsewhere meanwhile, nothing is done.

    Raises `PermissionDenied` for a step that is not theirs, `ValidationError` for one that is none.
    """
    ticket = _locked(ticket)
    if seen is not None and ticket.stands is not seen:
        raise ValidationError(f"It was moved meanwhile: it is {ticket.stands.words} now.")
    if ticket.stands is to:
        return ticket
    step = find_step(ticket.stands, to, frozenset(Part))
    if step is None:
        raise ValidationError(f"What is {ticket.stands.words} cannot become {to.words}.")
    if not step.by & parts_of(actor, ticket):
        raise PermissionDenied("You may not take this step.")
    if step.needs_words and not words.strip():
        raise ValidationError({"words": "Say why: those who wait for it are told."})
    if to is State.IN_PROGRESS and not reopens(ticket.stands, to):
        require_room(ticket)
    _set_state(ticket, actor, to, words.strip())
    return ticket


def _locked(ticket: Ticket) -> Ticket:
    """The ticket as it is now; whoever changes it meanwhile waits."""
    Ticket.objects.select_for_update().get(pk=ticket.pk)
    found: Ticket = Ticket.objects.for_lists().get(pk=ticket.pk)
    return found


def _set_state(ticket: Ticket, actor: User | None, to: State, words: str = "") -> None:
    before, now = ticket.stands, timezone.now()
    ticket.state, ticket.state_since, ticket.updated_at = to.value, now, now
    if to is State.FIXED:
        ticket.fixed_at = now
    elif reopens(before, to):
        ticket.fixed_at, ticket.duplicate_of, ticket.reopened = None, None, ticket.reopened + 1
    ticket.save(update_fields=["state", "state_since", "updated_at", "fixed_at", "duplicate_of", "reopened"])
    _keep_clocks(ticket, actor, before, to, words)
    note_event(ticket, actor, Event.What.MOVED, before.words, to.words, words=words)
    tell_watchers(ticket, actor, f"is {to.words}", words)
    _carry_to_effects(ticket, actor, before, to)
    _carry_to_causes(ticket, before, to)


def _keep_clocks(ticket: Ticket, actor: User | None, before: State, to: State, words: str) -> None:
    stop_waiting(ticket, actor)
    if words:
        note_answer(ticket, actor)
    follow_step(ticket, before, to)


def stop_waiting(ticket: Ticket, actor: User | None) -> None:
    """The reporter has answered, or nobody waits for it any more: the clocks run on."""
    if ticket.waiting_since is not None:
        ticket.waiting_since = None
        ticket.save(update_fields=["waiting_since"])
        note_event(ticket, actor, Event.What.ANSWERED)
        resume_clocks(ticket)


@transaction.atomic
def wait_for_reporter(*, actor: User, ticket: Ticket) -> Ticket:
    """Stop the clocks until the reporter says something. Raises `PermissionDenied`, `ValidationError`."""
    ticket = _locked(ticket)
    if not {Part.TRIAGER, Part.ASSIGNEE} & parts_of(actor, ticket) or ticket.reporter_id == actor.pk:
        raise PermissionDenied("Only those who work on it wait for its reporter.")
    if ticket.reporter is None or not ticket.reporter.is_active:
        raise ValidationError("Whoever reported it has left: nobody would answer.")
    if ticket.waiting_since is None:
        ticket.waiting_since = timezone.now()
        ticket.save(update_fields=["waiting_since"])
        note_event(ticket, actor, Event.What.WAITING)
        pause_clocks(ticket)
    return ticket


def _carry_to_effects(cause: Ticket, actor: User | None, before: State, to: State) -> None:
    """What comes from this problem is fixed with it, for its reporters to confirm, and is back when it is."""
    waiting = {state.value for state in (State.NEW, State.TRIAGED, State.IN_PROGRESS)}
    if to is State.FIXED:
        chosen, then = cause_effects(cause).filter(state__in=waiting), State.FIXED
    elif reopens(before, to):
        chosen, then = cause_effects(cause).filter(state=State.FIXED.value), State.IN_PROGRESS
    else:
        return
    for effect in chosen.for_lists():
        _set_state(effect, None, then, f"Its cause, {cause}, is {to.words}.")


def _carry_to_causes(effect: Ticket, before: State, to: State) -> None:
    """A fix upstream is confirmed by those downstream, once all of them are; where one is not, it is told there."""
    causes = Ticket.objects.filter(effects__effect=effect, state__in=[State.FIXED.value, State.CONFIRMED.value])
    if to is State.CONFIRMED:
        asked_from_below = causes.filter(state=State.FIXED.value, reporter=F("effects__stated_by"))
        for cause in asked_from_below.distinct().for_lists():
            if not cause_effects(cause).unresolved().exists():
                _set_state(cause, None, State.CONFIRMED, "Those whom it hit downstream say that it reads right.")
    elif before in (State.FIXED, State.CONFIRMED) and reopens(before, to):
        for cause in causes.distinct().for_lists():
            tell_watchers(cause, None, f"is not gone downstream: {effect} is opened again")


def cause_effects(cause: Ticket) -> Any:
    """The tickets whose problem comes from that of this one."""
    return Ticket.objects.filter(causes__cause=cause)


@transaction.atomic
def assign(*, actor: User, ticket: Ticket, person: User | None) -> Ticket:
    """Give a ticket to somebody who may read it, or to nobody. Raises `ValidationError`."""
    ticket = _locked(ticket)
    require_triager(actor, ticket)
    if person is not None and not knows_of(person, ticket):
        raise ValidationError({"assignee": f"{person} may not read this: ask for an exception for them first."})
    if ticket.assignee == person:
        return ticket
    before, ticket.assignee = ticket.assignee, person
    _touch(ticket, "assignee")
    note_event(ticket, actor, Event.What.ASSIGNED, str(before or ""), str(person or ""))
    if person is not None:
        Watch.objects.get_or_create(ticket=ticket, person=person)
        tell_assignee(ticket, actor)
    return ticket


@transaction.atomic
def prioritise(*, actor: User, ticket: Ticket, priority: Priority) -> Ticket:
    """Say how soon it is to be looked at."""
    ticket = _locked(ticket)
    require_triager(actor, ticket)
    if ticket.urgency is not priority:
        before, ticket.priority = ticket.urgency, priority.value
        _touch(ticket, "priority")
        note_event(ticket, actor, Event.What.PRIORITISED, before.words, priority.words)
    return ticket


@transaction.atomic
def set_due(*, actor: User, ticket: Ticket, day: date | None) -> Ticket:
    """Say by when it is to be fixed."""
    ticket = _locked(ticket)
    require_triager(actor, ticket)
    if ticket.due_on != day:
        before, ticket.due_on = ticket.due_on, day
        _touch(ticket, "due_on")
        note_event(ticket, actor, Event.What.DUE, str(before or ""), str(day or ""))
        tell_watchers(ticket, actor, f"is due on {day}" if day else "has no due day any more")
    return ticket


def watch(*, actor: User, ticket: Ticket, on: bool = True) -> None:
    """Be told of what happens to a ticket, or not any more."""
    Watch.objects.update_or_create(ticket=ticket, person=actor, defaults={"muted": not on})


def require_triager(actor: User, ticket: Ticket) -> None:
    """Raise `PermissionDenied` unless the actor triages the ticket's dataset."""
    if Part.TRIAGER not in parts_of(actor, ticket):
        raise PermissionDenied("Only those who triage the dataset may do this.")


def _touch(ticket: Ticket, *names: str) -> None:
    ticket.updated_at = timezone.now()
    ticket.save(update_fields=[*names, "updated_at"])


def note_event(
    ticket: Ticket, actor: User | None, what: str, before: str = "", after: str = "", *, words: str = "",
    other: Ticket | None = None,
) -> Event:  # fmt: skip
    """Add a line to a ticket's timeline."""
    return Event.objects.create(
        ticket=ticket, actor=actor, what=what, before=before[:200], after=after[:200], words=words, other=other
    )
