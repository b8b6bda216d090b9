"""Why a person may, or may not, use something: the same denials that the filter reads, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from permissions.access import denials_of
from permissions.models.rules import OptOutRule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from permissions.access import Viewer
    from permissions.levels import Level
    from permissions.querysets import Guarded


@dataclass(frozen=True)
class Explanation:
    """The answer for one person, one thing and one level; `rules` are those that stop it, none when allowed."""

    level: Level
    rules: tuple[OptOutRule, ...]

    @property
    def allowed(self) -> bool:
        return not self.rules

    @property
    def reasons(self) -> str:
        """Every reason, as the rules give them."""
        return " ".join(dict.fromkeys(rule.reason for rule in self.rules))


def explain(viewer: Viewer, labels: Iterable[str], level: Level) -> Explanation:
    """Return which rules keep `viewer` from `level` with something that carries `labels`."""
    stopping = denials_of(viewer).stopping(labels, level)
    rules = OptOutRule.objects.select_related("owner").in_bulk([denial.rule_id for denial in stopping])
    return Explanation(level, tuple(rules[denial.rule_id] for denial in stopping if denial.rule_id in rules))


def explain_each(viewer: Viewer, things: Iterable[Guarded], level: Level) -> dict[int, Explanation]:
    """Return, by id, why `viewer` is kept from `level` with those of the things that are closed, in one query."""
    denials = denials_of(viewer)
    stopping = {thing.pk: found for thing in things if (found := denials.stopping(thing.carried_labels(), level))}
    ids = {denial.rule_id for found in stopping.values() for denial in found}
    rules = OptOutRule.objects.select_related("owner").in_bulk(ids) if ids else {}
    return {
        pk: Explanation(level, tuple(rules[denial.rule_id] for denial in found if denial.rule_id in rules))
        for pk, found in stopping.items()
    }
