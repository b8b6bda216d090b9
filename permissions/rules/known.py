"""Who may know of a rule, and who may change it.

Those who manage rules see all of them, an owner theirs. Everybody else sees the rules that stop them, with the reason
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

if TYPE_CHECKING:
    from permissions.models.rules import RuleQuerySet


def known_rules(viewer: User) -> RuleQuerySet:
    """The rules that the viewer may know of."""
    if may_manage_rules(viewer):
        return OptOutRule.objects.all()
    stopping = OptOutRule.objects.in_force().stopping(viewer).exclude(level=Level.DISCOVER)
    openly = stopping.filter(reduce(or_, _carriers(viewer)))
    own = Q(pk__in=()) if is_limited(viewer) else Q(owner=viewer)
    return OptOutRule.objects.filter(own | Q(pk__in=openly.values("pk")))


def _carriers(viewer: User) -> list[Exists]:
    """Whether something of each kind that the viewer may know of carries the rule's label."""
    return [
        Exists(model.objects.visible_to(viewer).filter(labels__contains=[OuterRef("label")]))  # type: ignore[attr-defined]
        for model in labelled_models()
    ]


def may_see_all_of(viewer: User, rule: OptOutRule) -> bool:
    """Whether the viewer may know whom a rule stops and what it said before."""
    return rule.owner_id == viewer.pk or may_manage_rules(viewer)


def may_change(viewer: User, rule: OptOutRule) -> bool:
    """Whether the viewer may change, extend and withdraw a rule; only who manages rules gives it another label."""
    return not is_limited(viewer) and (may_see_all_of(viewer, rule))
