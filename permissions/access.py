"""What a person is kept out of, read from the rules in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Q

from permissions.denials import Denial, Denials
from permissions.levels import Level
from permissions.models.people import User
from permissions.models.rules import Moment, OptOutRule, RuleException

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

Viewer = User | AnonymousUser

# They stand in the compiled statement for the values of each request.
_PERSON = -(2**31) + 7
_TIME = datetime(1, 2, 3, 4, 5, 6, 7, tzinfo=UTC)
_DAY = date(1, 2, 3)


def denials_of(viewer: Viewer) -> Denials:
    """Return what stops `viewer`, read once for each user object: a request loads its user anew, so a new rule
    holds for the very next request.

    Raises `PermissionError` for anonymous viewers: nothing of the catalog is for them.
    """
    if not isinstance(viewer, User):
        raise PermissionError("sign in to read the catalog")
    known: Denials | None = getattr(viewer, "_denials", None)
    if known is None:
        known = Denials((*_read(viewer), *getattr(viewer, "_limits", ())))
        viewer._denials = known  # type: ignore[attr-defined]
    return known


def limit(viewer: User, denials: Iterable[Denial]) -> None:
    """Keep `viewer` out of more than the rules do, as long as this user object lives: what a token is limited to."""
    viewer._limits = tuple(denials)  # type: ignore[attr-defined]
    forget_denials(viewer)


def is_limited(viewer: Viewer) -> bool:
    """Whether `viewer` speaks by a token that is limited to some labels."""
    return bool(getattr(viewer, "_limits", ()))


def forget_denials(viewer: User) -> None:
    """Make the next `denials_of` read the rules again, for a user object that outlives a request."""
    viewer.__dict__.pop("_denials", None)


def _read(user: User) -> Iterator[Denial]:
    yield from _by_rules(user.pk)
    if user.answered_by_id is not None:
        yield from _through(user, user.answered_by_id)


def _through(program: User, person: int) -> Iterator[Denial]:
    """What keeps out whoever answers for a program, which reads for them: all of it, but for the rules from which the
    program itself has an exception by name."""
    waived: defaultdict[int, set[str]] = defaultdict(set)
    for rule, label in RuleException.objects.in_force().filter(person=program).values_list("rule", "label"):
        waived[rule].add(label)
    for denial in _by_rules(person):
        if "" not in waived[denial.rule_id]:
            yield replace(denial, unless=denial.unless | waived[denial.rule_id])


def _by_rules(person: int) -> Iterator[Denial]:
    """What the rules that name a person say, with the exceptions that the person has."""
    sql, parameters = _statement()
    now = Moment.now()
    filled: dict[Any, Any] = {_PERSON: person, _TIME: now.time, _DAY: now.day}
    with connection.cursor() as cursor:
        cursor.execute(sql, [filled.get(one, one) if isinstance(one, Hashable) else one for one in parameters])
        for pk, label, level, unless in cursor.fetchall():
            yield Denial(pk, label, Level(level), frozenset(unless))


@cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """Return the statement of `_rules` with its parameters: writing it anew costs more than running it."""
    sql, parameters = _rules(User(pk=_PERSON), Moment(_TIME, _DAY)).query.sql_with_params()
    return sql, tuple(parameters)


def _rules(user: User, at: Moment) -> QuerySet[OptOutRule, tuple[int, str, str, list[str]]]:
    """The rules that stop `user`, with the labels of their exceptions from each."""
    waived = RuleException.objects.in_force(at).held_by(user)
    return (
        OptOutRule.objects.in_force(at)
        .stopping(user)
        .exclude(pk__in=waived.filter(label="").values("rule"))
        .annotate(unless=ArrayAgg("exceptions__label", filter=Q(exceptions__in=waived), distinct=True, default=[]))
        .values_list("pk", "label", "level", "unless")
        .order_by("pk")
    )


def stopped_from(label_sets: Iterable[frozenset[str]], level: Level) -> Q:
    """The condition on people whom a rule keeps from `level` with a thing of these labels.

    What `_rules` and `Denial.stops` say of one person and every rule, asked the other way around: of the few rules on
    one thing and everybody. It costs as many subqueries as there are such rules, however many people there are.
    """
    at, sets = Moment.now(), tuple(label_sets)
    closing = OptOutRule.objects.in_force(at).filter(label__in=frozenset().union(*sets), level__in=level.closed_by)
    condition = Q(pk__in=[])
    for rule in closing.order_by("pk"):
        for labels in sets:
            if rule.label in labels:
                condition |= _stops(rule, labels, at)
    return condition


def _stops(rule: OptOutRule, labels: frozenset[str], at: Moment) -> Q:
    waived = RuleException.objects.in_force(at).filter(Q(label="") | Q(label__in=labels), rule=rule)
    let_past = _among(waived.filter(team=None).values("person"), waived.filter(person=None).values("team"))
    spared = _among(rule.except_people.values("pk"), rule.except_teams.values("pk"))
    stopped = ~spared & ~let_past
    if not rule.everyone:
        stopped &= _among(rule.people.values("pk"), rule.teams.values("pk"))
    by_name = Q(pk__in=waived.filter(team=None).values("person"))
    return stopped | (Q(answered_by__in=User.objects.filter(stopped).values("pk")) & ~by_name)


def _among(people: QuerySet[Any, Any], teams: QuerySet[Any, Any]) -> Q:
    """The condition on people: among some, or in one of some teams."""
    members = User.teams.through.objects.filter(team__in=teams)
    return Q(pk__in=people) | Q(pk__in=members.values("user"))
