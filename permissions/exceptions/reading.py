"""Exceptions as one person may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from permissions.access_requests.deciders import may_make_exceptions, profits
from permissions.access_requests.follow_up import due_for_review
from permissions.models import AskedRule, OptOutRule, RuleException
from permissions.roles import may_manage_rules
from permissions.rules.scope import granted_rules
from permissions.things import NOTHING, known_labels, known_refs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from permissions.models import AccessRequest, User

STATES = ("active", "due", "planned", "ended", "withdrawn")
UNNAMED = "something that is hidden from you"


class Line(NamedTuple):
    """One exception; `known` says whether the viewer may know what it is from and for."""

    exception: RuleException
    request: AccessRequest | None
    known: bool

    @property
    def opens(self) -> str:
        """What it opens, in words."""
        if not self.known:
            return UNNAMED
        if self.request and self.exception.label:
            return self.request.title
        return self.exception.label or f"everything that carries {self.exception.rule.label}"


def readable_exceptions(person: User) -> QuerySet[RuleException]:
    """Exceptions that concern the person: theirs, their teams', from rules they answer for; all, for the council."""
    found = RuleException.objects.select_related("rule__owner", "person", "team", "approved_by", "withdrawn_by")
    if may_manage_rules(person):
        return found
    held = RuleException.objects.held_by(person)
    answering = Q(rule__owner=person) | Q(rule__in=granted_rules(person))
    return found.filter(Q(pk__in=held.values("pk")) | answering | Q(approved_by=person))


def in_state(exceptions: QuerySet[RuleException], state: str) -> QuerySet[RuleException]:
    """Those in one of `STATES`; due ones are standing, and end within two weeks."""
    now = timezone.now()
    kept = exceptions.filter(withdrawn_at=None)
    if state == "due":
        return kept.filter(pk__in=due_for_review().values("pk"))
    conditions = {
        "active": Q(starts_at__lte=now, until__gt=now),
        "planned": Q(starts_at__gt=now, until__gt=now),
        "ended": Q(until__lte=now),
    }
    return exceptions.exclude(withdrawn_at=None) if state == "withdrawn" else kept.filter(conditions[state])


def told_exceptions(person: User, exceptions: Iterable[RuleException]) -> list[Line]:
    """Return exceptions as lines of a list for the person."""
    rows = list(exceptions)
    asked = {part.exception_id: part.request for part in _asked(rows)}
    refs = known_refs(person, [(one.thing_kind, one.thing_id) for one in asked.values()])
    labels = known_labels(person, {one.rule.label for one in rows} | {one.label for one in rows if one.label})
    return [Line(one, asked.get(one.pk), _known(person, one, asked.get(one.pk), refs, labels)) for one in rows]


def _asked(rows: list[RuleException]) -> Iterable[AskedRule]:
    return AskedRule.objects.filter(exception__in=rows).select_related("request")


def _known(
    person: User,
    exception: RuleException,
    request: AccessRequest | None,
    refs: set[tuple[str, int]],
    labels: set[str],
) -> bool:
    if request and (request.thing_kind, request.thing_id) not in refs:
        return False
    own = exception.rule.owner_id == person.pk
    return own or (exception.rule.label in labels and (not exception.label or exception.label in labels))


def readable_exception(person: User, pk: int) -> Line:
    """Return one exception. Raises `Http404` when there is none that concerns the person."""
    found = readable_exceptions(person).filter(pk=pk).first()
    if found is None:
        raise Http404(NOTHING)
    return told_exceptions(person, [found])[0]


def may_change(person: User, exception: RuleException) -> bool:
    """Whether the person may move its end: the rule's owner or the council, and nobody for themselves."""
    own = profits(person, of_person=exception.person_id, of_team=exception.team_id)
    return may_make_exceptions(person, exception.rule) and not own


def waivable_rules(person: User) -> QuerySet[OptOutRule]:
    """Rules from which the person may make exceptions."""
    rules = OptOutRule.objects.filter(withdrawn_at=None).select_related("owner")
    return rules if may_manage_rules(person) else rules.filter(Q(owner=person) | Q(pk__in=granted_rules(person)))
