"""Who may know of a rule, and who may change it.

Those who manage rules see all of them, or those that their grants cover; an owner theirs. Everybody else sees the rules
that stop them, with the reason
and not whom else they stop, unless that would tell of something hidden: a rule on *discover* is as hidden as what it
hides, and so is one on a label that nothing carries which the person may know of.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from permissions.access import is_limited
from permissions.levels import Level
from permissions.models import OptOutRule, User
from permissions.roles import may_manage_rules
from permissions.rules.carriers import labelled_models
from permissions.rules.scope import covered, granted_rules
from permissions.things import known_labels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from permissions.models.rules import RuleQuerySet


def known_rules(viewer: User) -> RuleQuerySet:
    """The rules that the viewer may know of."""
    if may_manage_rules(viewer):
        return OptOutRule.objects.all()
    openly = _stopping(viewer).exclude(level=Level.DISCOVER).filter(reduce(or_, _carriers(viewer)))
    own = Q(pk__in=()) if is_limited(viewer) else Q(owner=viewer)
    return OptOutRule.objects.filter(own | Q(pk__in=openly.values("pk")) | Q(label__in=_granted(viewer)))


def _stopping(viewer: User) -> RuleQuerySet:
    """The rules that stop the viewer, and those that stop whoever answers for a program."""
    found = OptOutRule.objects.in_force().stopping(viewer)
    if viewer.answered_by is None:
        return found
    through = OptOutRule.objects.in_force().stopping(viewer.answered_by)
    return OptOutRule.objects.filter(Q(pk__in=found.values("pk")) | Q(pk__in=through.values("pk")))


def _granted(viewer: User) -> set[str]:
    """The labels of rules that the viewer's grants cover, without those that tell of something hidden."""
    labels = set(granted_rules(viewer).order_by().values_list("label", flat=True))
    return known_labels(viewer, labels) if labels else labels


def _carriers(viewer: User) -> list[Exists]:
    """Whether something of each kind that the viewer may know of carries the rule's label."""
    return [
        Exists(model.objects.visible_to(viewer).filter(labels__contains=[OuterRef("label")]))  # type: ignore[attr-defined]
        for model in labelled_models()
    ]


def may_see_all_of(viewer: User, rule: OptOutRule) -> bool:
    """Whether the viewer may know whom a rule stops and what it said before."""
    return rule.pk in seen_whole(viewer, [rule])


def seen_whole(viewer: User, rules: Iterable[OptOutRule]) -> set[int]:
    """Return the rules of which the viewer may know whom they stop and what they said before."""
    rows = list(rules)
    labels = covered(viewer, {rule.label for rule in rows})
    return {rule.pk for rule in rows if rule.owner_id == viewer.pk or rule.label in labels}


def changeable_rules(viewer: User) -> RuleQuerySet:
    """The rules on labels that the viewer writes rules on, as far as they may know of them."""
    known = known_rules(viewer)
    if may_manage_rules(viewer):
        return known
    return known.filter(label__in=covered(viewer, set(known.order_by().values_list("label", flat=True))))


def may_change(viewer: User, rule: OptOutRule) -> bool:
    """Whether the viewer may change, extend and withdraw a rule; only who writes on both gives it another label."""
    return not is_limited(viewer) and (may_see_all_of(viewer, rule))
