"""Why a person may, or may not, use something: the same denials that the filter reads, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from permissions.access import denials_of, stopped_from
from permissions.denials import NO_RULE
from permissions.levels import Level
from permissions.models.people import User
from permissions.models.rules import OptOutRule, RuleException

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from permissions.access import Viewer
    from permissions.querysets import Guarded
    from permissions.things import Thing


@dataclass(frozen=True)
class Explanation:
    """The answer for one person, one thing and one level; `rules` are those that stop it, none when allowed."""

    level: Level
    rules: tuple[OptOutRule, ...]
    request_url: str = ""  # where an exception can be asked for
    limited: bool = False  # the token in use is for other things

    @property
    def allowed(self) -> bool:
        return not (self.rules or self.limited)

    @property
    def reasons(self) -> str:
        """Every reason, as the rules give them."""
        return " ".join(dict.fromkeys(rule.reason for rule in self.rules))


def explain(viewer: Viewer, labels: Iterable[str], level: Level) -> Explanation:
    """Return which rules keep `viewer` from `level` with something that carries `labels`."""
    return _explained(viewer, [labels], level)


def explain_thing(viewer: Viewer, thing: Thing, level: Level) -> Explanation:
    """Return which rules keep `viewer` from `level` with a thing."""
    return _explained(viewer, thing.label_sets, level)


def _explained(viewer: Viewer, label_sets: Iterable[Iterable[str]], level: Level) -> Explanation:
    denials = denials_of(viewer)
    ids = sorted({denial.rule_id for labels in label_sets for denial in denials.stopping(labels, level)})
    rules = OptOutRule.objects.select_related("owner").in_bulk(ids) if ids else {}
    return Explanation(level, tuple(rules[pk] for pk in ids if pk in rules), limited=NO_RULE in ids)


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


def who_cannot(thing: Thing, level: Level) -> QuerySet[User]:
    """Everybody with an account whom a rule keeps from `level` with the thing, their teams and exceptions counted."""
    return _people().filter(stopped_from(thing.label_sets, level))


def who_can(thing: Thing, level: Level) -> QuerySet[User]:
    """Everybody else with an account."""
    return _people().exclude(stopped_from(thing.label_sets, level))


def _people() -> QuerySet[User]:
    return User.objects.filter(is_active=True)


@dataclass(frozen=True)
class Passage:
    """A rule on the thing that does not stop the person: it spares them, or an exception holds."""

    rule: OptOutRule
    exception: RuleException | None  # None where the rule itself spares them


@dataclass(frozen=True)
class Account:
    """The whole answer for one person, one thing and one level."""

    explanation: Explanation
    passages: tuple[Passage, ...]
    ended: dict[int, RuleException]  # by rule that stops: the exception they had, where one has ended

    @property
    def level(self) -> Level:
        return self.explanation.level

    @property
    def allowed(self) -> bool:
        return self.explanation.allowed

    @property
    def until(self) -> datetime | None:
        """When an exception that opens this ends first; None when it is closed, or nothing ends."""
        ends = [one.exception.until for one in self.passages if one.exception] if self.allowed else []
        return min(ends, default=None)


def account_of(person: User, thing: Thing) -> list[Account]:
    """Return for each level whether `person` may use the thing, and by what, in a fixed number of queries."""
    on_it = OptOutRule.objects.in_force().filter(label__in=thing.labels).select_related("owner")
    rules = {rule.pk: rule for rule in on_it.naming(person).order_by("pk")}
    made = RuleException.objects.filter(rule__in=rules).held_by(person).select_related("approved_by", "team", "rule")
    matching = [one for one in made.order_by("until") if not one.label or one.label in thing.labels]
    return [_account(person, thing, level, rules, matching) for level in Level]


def _account(
    person: User, thing: Thing, level: Level, rules: dict[int, OptOutRule], made: list[RuleException]
) -> Account:
    explanation = explain_thing(person, thing, level)
    stopping = {rule.pk for rule in explanation.rules}
    holding = {one.rule_id: one for one in made if one.state == "active"}
    over = {one.rule_id: one for one in made if one.state in ("ended", "withdrawn")}
    passing = (rule for rule in rules.values() if rule.level in level.closed_by and rule.pk not in stopping)
    passages = tuple(Passage(rule, holding.get(rule.pk)) for rule in passing)
    return Account(explanation, passages, {pk: one for pk, one in over.items() if pk in stopping})
