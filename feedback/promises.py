"""Clocks on tickets: started by what is promised, paused while the reporter is waited for, stopped by what is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError
from django.utils import timezone

from catalog.models import Domain
from feedback.clocks import after_working, working_seconds
from feedback.models.levels import Clock, ServiceLevel
from feedback.models.tickets import Ticket
from feedback.workflow import State

if TYPE_CHECKING:
    from datetime import datetime

    from catalog.models import Dataset
    from permissions.models import User

WARNED_AFTER: Final = 0.75  # of the time promised
DEEPEST: Final = 20  # domains in domains


def level_of(dataset: Dataset) -> ServiceLevel | None:
    """Return what is promised for a dataset: its own, that of the nearest domain around it, or that of all the rest."""
    domains = _domains_around(dataset.effective_domain)
    found = ServiceLevel.objects.select_related("dataset", "domain")
    candidates = list(
        found.filter(dataset=dataset) | found.filter(domain__in=domains) | found.filter(dataset=None, domain=None)
    )
    order = {pk: place for place, pk in enumerate(domains, 1)}

    def nearness(level: ServiceLevel) -> int:
        if level.dataset_id:
            return 0
        return order[level.domain_id] if level.domain_id else DEEPEST + 1

    return min(candidates, key=nearness, default=None)


def _domains_around(domain: Domain | None) -> list[int]:
    """From the nearest outward."""
    if domain is None:
        return []
    parents = dict(Domain.objects.values_list("pk", "parent_id"))
    found: list[int] = []
    here: int | None = domain.pk
    while here is not None and here not in found and len(found) < DEEPEST:
        found.append(here)
        here = parents.get(here)
    return found


def start_clocks(ticket: Ticket) -> None:
    """Begin to count towards what is promised for a new ticket, if anything is."""
    level = level_of(ticket.dataset)
    if level is None:
        return
    for goal in Clock.Goal.values:
        promised = level.promised(goal, ticket.severity)
        if promised is not None:
            clock = Clock(ticket=ticket, goal=goal, level=level, promised=promised, started_at=ticket.created_at)
            _run(clock, ticket.created_at)
            clock.save()


def _run(clock: Clock, now: datetime) -> None:
    """Set when it is due; a clock whose level is gone, or by whose hours nobody works, waits for ever."""
    if clock.level is None:
        return
    hours = clock.level.hours
    clock.running_since, clock.stopped_at = now, None
    clock.due_at = after_working(hours, now, max(clock.promised - clock.spent, 0))
    clock.warn_at = after_working(hours, now, max(round(clock.promised * WARNED_AFTER) - clock.spent, 0))


def _halt(clock: Clock, now: datetime) -> None:
    if clock.level is not None and clock.running_since is not None:
        clock.spent += working_seconds(clock.level.hours, clock.running_since, now)
    if clock.due_at and clock.due_at < now and not clock.breached_at:
        clock.breached_at = clock.due_at
    clock.running_since = clock.due_at = clock.warn_at = None


def pause_clocks(ticket: Ticket) -> None:
    """Count no more until the reporter has answered."""
    now = timezone.now()
    for clock in _clocks(ticket).running():
        _halt(clock, now)
        clock.save()


def resume_clocks(ticket: Ticket) -> None:
    """Count on from where it was paused."""
    now = timezone.now()
    for clock in _clocks(ticket).filter(stopped_at=None, running_since=None):
        _run(clock, now)
        clock.save()


def stop_clock(ticket: Ticket, goal: str) -> None:
    """The promise is kept, or it is too late to keep it."""
    now = timezone.now()
    for clock in _clocks(ticket).filter(goal=goal, stopped_at=None):
        _halt(clock, now)
        clock.stopped_at = now
        clock.save()


def follow_step(ticket: Ticket, before: State, to: State) -> None:
    """Stop the clock of the fix where it is fixed or declined, and let it run on where that is taken back."""
    done = {State.FIXED, State.CONFIRMED, State.DECLINED}
    if to in done and before not in done:
        for goal in Clock.Goal.values:  # what is done needs no answer any more
            stop_clock(ticket, goal)
    elif before in done and to not in done:
        now = timezone.now()
        for clock in _clocks(ticket).filter(goal=Clock.Goal.FIX).exclude(stopped_at=None):
            _run(clock, now)
            clock.save()


def require_room(ticket: Ticket) -> None:
    """Raise `ValidationError` where as much is in progress as may be at once, in the dataset or domain that limits it.

    Whoever changes a ticket at the same time waits, so that two never take the last place.
    """
    level = level_of(ticket.dataset)
    if level is None or level.most_in_progress is None:
        return
    ServiceLevel.objects.select_for_update().get(pk=level.pk)
    found = Ticket.objects.filter(state=State.IN_PROGRESS.value)
    if level.dataset_id:
        found = found.filter(dataset=level.dataset_id)
    elif level.domain:
        found = found.about(level.domain)
    if found.count() >= level.most_in_progress:
        most = level.most_in_progress
        raise ValidationError(f"{most} {'is' if most == 1 else 'are'} in progress already: finish something first.")


def note_answer(ticket: Ticket, actor: User | None) -> None:
    """Somebody other than the reporter has said something: the first time, that is the answer that was promised."""
    if ticket.first_answer_at is None and actor is not None and ticket.reporter_id != actor.pk:
        ticket.first_answer_at = timezone.now()
        ticket.save(update_fields=["first_answer_at"])
        stop_clock(ticket, Clock.Goal.ANSWER)


def _clocks(ticket: Ticket):  # type: ignore[no-untyped-def]
    return Clock.objects.filter(ticket=ticket).select_related("level").order_by("pk").select_for_update(of=("self",))
