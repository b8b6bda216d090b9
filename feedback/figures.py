"""How feedback goes, by domain, source or steward: what is open, how old, how soon it is answered and fixed.

Only of tickets that the viewer may read. Figures are for asking for help, and stand in the order of names: nobody is
ranked by them.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.cache import cache
from django.db.models import (
    Aggregate,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, TruncWeek
from django.utils import timezone

from catalog.models import Domain
from feedback.models import Ticket
from feedback.workflow import OPEN, State
from permissions.access import denials_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from feedback.querysets import TicketQuerySet
    from permissions.models import User

DAYS = 90
SECONDS = 300  # that figures are kept
WEEKS = 12
MOST_ROWS = 200
_NAMES = {
    "domain": ("domain_name",),
    "source": ("dataset__source__name",),
    "steward": ("assignee__first_name", "assignee__last_name", "assignee__username"),
}
BY = tuple(_NAMES)


class Median(Aggregate):
    """The median of durations."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


class Figure(NamedTuple):
    """One line. Times are seconds as they pass by day and night; `kept` of `promised` clocks that have stopped."""

    name: str
    open: int
    age: float | None
    answer: float | None
    fix: float | None
    reopened: int
    confirmed: int
    promised: int = 0
    kept: int = 0


class Week(NamedTuple):
    """How many were reported and how many done within a week."""

    start: datetime
    reported: int
    done: int


def figures_by(viewer: User, by: str) -> list[Figure]:
    """Return figures of the last 90 days and of what is open, by the name of a domain, source or steward.

    As of five minutes ago at most; a rule that changes holds at once.
    """
    return list(_kept_for(viewer, f"figures:{by}", lambda: _figures_by(viewer, by)))


def _kept_for(viewer: User, name: str, find: Callable[[], Any]) -> Any:
    """What was found lately for whoever is stopped by the same rules."""
    stopped = sorted((one.rule_id, one.label, str(one.level), sorted(one.unless)) for one in denials_of(viewer).items)
    key = f"feedback:{name}:{sha256(repr(stopped).encode()).hexdigest()}"
    known = cache.get(key)
    if known is None:
        known = find()
        cache.set(key, known, SECONDS)
    return known


def _figures_by(viewer: User, by: str) -> list[Figure]:
    since = timezone.now() - timedelta(days=DAYS)
    names = _NAMES[by]
    tickets = _named(viewer, Ticket.objects.readable_by(viewer)).order_by().filter(
        Q(state__in=[state.value for state in OPEN]) | Q(created_at__gte=since)
    )  # fmt: skip
    still, lately = Q(state__in=[state.value for state in OPEN]), Q(created_at__gte=since)
    rows = tickets.values_list(*names).annotate(
        open=Count("pk", filter=still),
        age=Median(_between("created_at", None), filter=still),
        answer=Median(_between("created_at", "first_answer_at"), filter=lately & Q(first_answer_at__isnull=False)),
        fix=Median(_between("created_at", "fixed_at"), filter=lately & Q(fixed_at__isnull=False)),
        again=Coalesce(Sum("reopened", filter=lately), 0),
        confirmed=Count("pk", filter=lately & Q(state=State.CONFIRMED.value)),
    )
    kept = _kept(tickets.filter(created_at__gte=since), names)
    found = [_figure(row[: len(names)], row[len(names) :], kept) for row in rows[:MOST_ROWS]]
    return sorted(found, key=lambda one: (one.name == NOBODY, one.name.casefold()))


NOBODY = "-"


def _named(viewer: User, tickets: TicketQuerySet) -> Any:
    """With the name of the domain that each is of, where the viewer may know of it."""
    effective = Coalesce("dataset__domain_id", "dataset__source__domain_id")
    known = Domain.objects.visible_to(viewer).filter(pk=OuterRef("domain_of")).values("name")
    return tickets.annotate(domain_of=effective).annotate(domain_name=Subquery(known))


def _between(start: str, end: str | None) -> Any:
    until = F(end) if end else Value(timezone.now(), output_field=DateTimeField())
    return ExpressionWrapper(until - F(start), output_field=DurationField())


def _kept(tickets: Any, names: tuple[str, ...]) -> dict[tuple[Any, ...], tuple[int, int]]:
    """How many clocks have come to their end, and how many of them in time."""
    rows = tickets.filter(_ended()).values_list(*names).annotate(
        ended=Count("clocks"), in_time=Count("clocks", filter=Q(clocks__breached_at=None))
    )  # fmt: skip
    return {row[:-2]: row[-2:] for row in rows}


def _ended() -> Q:
    return Q(clocks__stopped_at__isnull=False) | Q(clocks__breached_at__isnull=False)


def _figure(key: tuple[Any, ...], values: tuple[Any, ...], kept: dict[tuple[Any, ...], tuple[int, int]]) -> Figure:
    open_, age, answer, fix, reopened, confirmed = values
    promised, in_time = kept.get(key, (0, 0))
    full = " ".join(part for part in key[:2] if part) or (key[-1] or NOBODY)
    return Figure(full, open_, _seconds(age), _seconds(answer), _seconds(fix), reopened, confirmed, promised, in_time)


def _seconds(length: timedelta | None) -> float | None:
    return length.total_seconds() if length is not None else None


def trend(viewer: User) -> list[Week]:
    """Return how many were reported and done in each of the last twelve weeks, the earliest first; as `figures_by`."""
    return list(_kept_for(viewer, "trend", lambda: _trend(viewer)))


def _trend(viewer: User) -> list[Week]:
    monday = timezone.now() - timedelta(days=timezone.now().weekday())
    first = monday.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(weeks=WEEKS - 1)
    mine = Ticket.objects.readable_by(viewer).order_by()
    reported = _by_week(mine.filter(created_at__gte=first), "created_at")
    done = _by_week(mine.filter(fixed_at__gte=first), "fixed_at")
    weeks = [first + timedelta(weeks=number) for number in range(WEEKS)]
    return [Week(week, reported.get(week.date(), 0), done.get(week.date(), 0)) for week in weeks]


def _by_week(tickets: Any, column: str) -> dict[Any, int]:
    rows = tickets.values_list(TruncWeek(column, tzinfo=UTC)).annotate(Count("pk"))
    return {week.date(): count for week, count in rows}
