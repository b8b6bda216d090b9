"""What became of what Northbeam's people said, and what their stewards promise."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from catalog.models import Dataset, Domain, Field
from demo.ticket_stories import TICKETS
from feedback.clocks import after_working, working_seconds
from feedback.kinds import Priority
from feedback.linking import route_upstream
from feedback.models import Clock, Comment, Event, ServiceLevel, Ticket
from feedback.services import move, prioritise, report
from feedback.talking import comment, vote
from feedback.workflow import State
from notifications.models import Notice

if TYPE_CHECKING:
    from demo.people import People
    from demo.ticket_stories import Told


_WAYS = {
    State.NEW: (),
    State.TRIAGED: (State.TRIAGED,),
    State.IN_PROGRESS: (State.TRIAGED, State.IN_PROGRESS),
    State.FIXED: (State.TRIAGED, State.IN_PROGRESS, State.FIXED),
    State.CONFIRMED: (State.TRIAGED, State.IN_PROGRESS, State.FIXED, State.CONFIRMED),
    State.DECLINED: (State.DECLINED,),
}


PROMISES = {  # by domain: time zone, country, part of it
    "finance": ("Europe/London", "GB", "ENG"),
    "product": ("Europe/Berlin", "DE", "BE"),
    "fleet": ("Europe/Berlin", "DE", "BE"),
    "customer": ("Europe/Stockholm", "SE", ""),
}
HOURS = {
    "answer_blocker": 2, "answer_major": 4, "answer_minor": 16, "answer_cosmetic": 40,
    "fix_blocker": 16, "fix_major": 40, "fix_minor": 80,
}  # fmt: skip


def settle_promises() -> int:
    """Have stewards of some domains promise how soon they answer; returns how many do."""
    for slug, (zone, country, part) in PROMISES.items():
        domain = Domain.objects.filter(slug=slug).first()
        if domain is not None:
            defaults = {
                **HOURS,
                "time_zone": zone,
                "country": country,
                "subdivision": part,
                "weekdays": [0, 1, 2, 3, 4],
            }
            ServiceLevel.objects.get_or_create(domain=domain, defaults=defaults | {"set_by": domain.steward})
    return ServiceLevel.objects.count()


@transaction.atomic
def settle_tickets(by_name: People) -> int:
    """Report what was not reported before; returns how many."""
    settle_promises()
    datasets = {one.key: one for one in Dataset.objects.with_context().filter(key__in=[told.key for told in TICKETS])}
    known = set(Ticket.objects.filter(dataset__in=datasets.values()).values_list("dataset__key", "title"))
    new = [told for told in TICKETS if told.key in datasets and (told.key, told.title) not in known]
    for told in new:
        _tell(told, datasets[told.key], by_name)
    Notice.objects.filter(mail=None).update(mail_at=None)  # nobody is mailed of what was made up
    return len(new)


def _tell(told: Told, dataset: Dataset, by_name: People) -> None:
    """Everything by the services, and then moved back to the days it is said to have happened on."""
    begun = timezone.now()
    field = Field.objects.filter(dataset=dataset, path=told.field).first() if told.field else None
    ticket = report(
        actor=by_name[told.by.username], dataset=dataset, field=field, kind=told.kind, severity=told.severity,
        title=told.title, body=told.body, impact=told.impact,
    )  # fmt: skip
    for person in told.also:
        if by_name[person.username] != ticket.reporter:
            vote(actor=by_name[person.username], ticket=ticket)
    for person, words in told.says:
        comment(actor=by_name[person.username], ticket=ticket, body=words)
    if ticket.assignee and told.priority is not Priority.NORMAL:
        prioritise(actor=ticket.assignee, ticket=ticket, priority=told.priority)
    _take_upstream(told, ticket)
    _take_steps(told, ticket)
    _move_back(told, begun)


def _take_upstream(told: Told, ticket: Ticket) -> None:
    """Each steward on the way asks the next."""
    below = ticket
    for key in told.upstream:
        above = Dataset.objects.with_context().filter(key=key).first()
        if above is None or below.assignee is None:
            return
        below = route_upstream(actor=below.assignee, ticket=below, dataset=above, words="It stands there already.")
        below.refresh_from_db()


def _take_steps(told: Told, ticket: Ticket) -> None:
    ticket.refresh_from_db()
    steward, reporter = ticket.assignee, ticket.reporter
    if steward is None or reporter is None:
        return
    for to in _WAYS[told.state]:
        actor = reporter if to is State.CONFIRMED else steward
        words = told.words if to in (State.FIXED, State.DECLINED) else ""
        move(actor=actor, ticket=ticket, to=to, words=words)


def _move_back(told: Told, begun: datetime) -> None:
    """What was written since `begun` happened when the story says: the report, the first answer, and so on."""
    rows = [
        *Event.objects.filter(at__gte=begun).order_by("pk"),
        *Comment.objects.filter(created_at__gte=begun).order_by("pk"),
    ]
    start, now = timezone.now() - timedelta(days=told.days, hours=3), timezone.now()
    first = min(start + timedelta(hours=told.answered), now)
    last = min(max(start + timedelta(days=told.took), first), now)
    step = (last - first) / max(len(rows) - 2, 1)
    for place, row in enumerate(rows):
        name = "at" if isinstance(row, Event) else "created_at"
        at = start if place == 0 else first + (place - 1) * step
        type(row)._default_manager.filter(pk=row.pk).update(**{name: at})
    for ticket in Ticket.objects.filter(created_at__gte=begun):
        fixed = last if ticket.fixed_at else None
        answered = first if ticket.first_answer_at else None
        Ticket.objects.filter(pk=ticket.pk).update(
            created_at=start, updated_at=last, state_since=last, fixed_at=fixed, first_answer_at=answered
        )
        _wind(ticket.pk)


def _wind(pk: int) -> None:
    """Set a ticket's clocks as they stand after what happened to it."""
    ticket = Ticket.objects.get(pk=pk)
    ended = ticket.fixed_at or (ticket.state_since if ticket.state == State.DECLINED.value else None)
    for clock in ticket.clocks.select_related("level"):
        stopped = (ticket.first_answer_at or ended) if clock.goal == Clock.Goal.ANSWER else ended
        hours = clock.level.hours  # type: ignore[union-attr]
        due = after_working(hours, ticket.created_at, clock.promised)
        clock.started_at, clock.stopped_at = ticket.created_at, stopped
        clock.spent = working_seconds(hours, ticket.created_at, stopped) if stopped else 0
        clock.running_since = None if stopped else ticket.created_at
        clock.due_at = None if stopped else due
        clock.warn_at = None if stopped else after_working(hours, ticket.created_at, clock.promised * 3 // 4)
        clock.breached_at = due if due < (stopped or timezone.now()) else None
        clock.warned_at = clock.breached_at
        clock.save()
