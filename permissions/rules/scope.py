"""On which labels somebody writes rules: all, for the council; those that lie within their grants, for others.

Tags, classifications and data products reach across whatever anybody keeps: they are the council's.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from permissions.access import is_limited
from permissions.holding import held_by
from permissions.models import Duty, OptOutRule, User
from permissions.roles import may_manage_rules
from permissions.rules.carriers import labels_within

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from permissions.models.rules import RuleQuerySet

NOT_WITHIN = "What you may write rules on does not hold all that this label closes. Ask the data council for this one."


def writes_rules(person: User) -> bool:
    """Whether `person` writes rules on anything at all."""
    return may_manage_rules(person) or _has_grants(person)


def _has_grants(person: User) -> bool:
    return not is_limited(person) and any(duty == Duty.MANAGE_RULES for duty, _ in held_by(person).on)


def covered(person: User, labels: Collection[str]) -> set[str]:
    """Return those of the labels on which `person` writes rules, in a fixed number of queries."""
    if may_manage_rules(person):
        return set(labels)
    return labels_within(person, labels) if labels and _has_grants(person) else set()


def may_write_on(person: User, label: str) -> bool:
    """Whether `person` writes, changes and ends rules on the label."""
    return label in covered(person, [label])


def granted_rules(person: User) -> RuleQuerySet:
    """The rules that the person's grants cover; none of the council's for being in it."""
    if may_manage_rules(person) or not _has_grants(person):
        return OptOutRule.objects.none()
    labels = set(OptOutRule.objects.order_by().values_list("label", flat=True).distinct())
    return OptOutRule.objects.filter(label__in=covered(person, labels))


def no_longer_covered(rules: Iterable[OptOutRule]) -> set[int]:
    """Return which of the rules were written by a grant that does not cover them any more."""
    by_author: defaultdict[User, list[OptOutRule]] = defaultdict(list)
    for rule in rules:
        if rule.by_grant_of is not None and rule.withdrawn_at is None:
            by_author[rule.by_grant_of].append(rule)
    within = {author: covered(author, {rule.label for rule in theirs}) for author, theirs in by_author.items()}
    return {rule.pk for author, theirs in by_author.items() for rule in theirs if rule.label not in within[author]}
