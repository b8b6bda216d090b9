"""The list of rules: narrowed, and counted by state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from permissions.models import OptOutRule, RuleState, User

if TYPE_CHECKING:
    from collections.abc import Mapping

    from permissions.models.rules import RuleQuerySet


def narrowed(rules: RuleQuerySet, wanted: Mapping[str, Any]) -> RuleQuerySet:
    """Rules whose label or reason holds ``q``, at ``level``, of ``owner``, in ``state``, that stop ``person``.

    Members that are missing or empty do not narrow; a person nobody has heard of is stopped by nothing.
    """
    if text := wanted.get("q"):
        rules = rules.filter(Q(label__icontains=text) | Q(reason__icontains=text))
    if level := wanted.get("level"):
        rules = rules.filter(level=level)
    if owner := wanted.get("owner"):
        rules = rules.filter(owner__username__iexact=owner)
    if state := wanted.get("state"):
        rules = rules.in_state(state)
    if name := wanted.get("person"):
        person = User.objects.filter(username__iexact=name).first()
        rules = rules.in_force().stopping(person) if person else rules.none()
    return rules


def counts_by_state(rules: RuleQuerySet) -> dict[str, int]:
    """How many of the rules are in each state, in one query."""
    each = {state.value: OptOutRule.objects.in_state(state.value).values("pk") for state in RuleState}
    found = rules.aggregate(**{name: Count("pk", filter=Q(pk__in=ids)) for name, ids in each.items()})
    return {name: found[name] for name in each}
