"""What of rules and exceptions waits for somebody to look at it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q
from django.urls import reverse

from permissions.access import is_limited
from permissions.exceptions.reading import in_state, readable_exceptions
from permissions.models import OptOutRule, RuleState
from permissions.roles import may_manage_rules

if TYPE_CHECKING:
    from permissions.models import User
    from permissions.models.rules import RuleQuerySet


class Reviews(NamedTuple):
    """The first few rules, whether there are more, and how many standing exceptions end soon."""

    rules: list[OptOutRule]
    more: bool
    exceptions: int

    @property
    def exceptions_url(self) -> str:
        return f"{reverse('permissions:exceptions')}?state=due"


def rules_to_review(person: User) -> RuleQuerySet:
    """Rules whose day has come, or that no grant covers: a person's own, for the council all of them."""
    waiting = OptOutRule.objects.in_state(RuleState.DUE) | _uncovered()
    if may_manage_rules(person):
        return waiting
    return waiting.none() if is_limited(person) else waiting.filter(owner=person)


def _uncovered() -> RuleQuerySet:
    ended = OptOutRule.objects.in_state(RuleState.LAPSED).values("pk")
    return OptOutRule.objects.filter(~Q(pk__in=ended), uncovered_on__isnull=False, withdrawn_at=None)


def reviews_of(person: User, most: int) -> Reviews:
    """What waits for a person, the longest waiting first; three queries."""
    rules = list(rules_to_review(person).order_by("review_on", "pk")[: most + 1])
    due = in_state(readable_exceptions(person), "due")
    theirs = due if may_manage_rules(person) else due.filter(rule__owner=person)
    return Reviews(rules[:most], len(rules) > most, theirs.count())
