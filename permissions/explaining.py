"""Who may ask about whom, and what a person is kept out of: what the page and the API of explanations share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import Count

from permissions.access import denials_of, stopped_from
from permissions.levels import Level
from permissions.models import OptOutRule, User
from permissions.roles import may_manage_rules
from permissions.rules.scope import may_write_on
from permissions.things import carriers_of, kinds, known_labels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from permissions.things import Thing

NOT_ABOUT_OTHERS = (
    "You may ask about yourself. About others ask the council, administrators, and whoever answers for a rule or for "
    "the thing in question."
)


class Share(NamedTuple):
    """How many people may use a thing at one level, and how many may not."""

    level: Level
    can: int
    cannot: int


class Kept(NamedTuple):
    """A rule that keeps somebody out, and of how much that the viewer may know of: ``[(214, "datasets")]``."""

    rule: OptOutRule
    counts: list[tuple[int, str]]
    unless: list[str]  # labels of what an exception opens all the same

    @property
    def closed(self) -> str:
        """What of it is closed, in words."""
        return Level(self.rule.level).in_words


def may_ask_about_others(person: User, thing: Thing | None = None) -> bool:
    """Whether `person` may hear what others may do: with one thing, or at all."""
    if may_manage_rules(person) or (thing is not None and person.pk in thing.answering):
        return True
    if thing is not None and may_write_on(person, thing.label):
        return True
    rules = OptOutRule.objects.in_force().filter(owner=person)
    return (rules.filter(label__in=thing.labels) if thing else rules).exists()


def require_may_ask(person: User, about: User | None, thing: Thing | None = None) -> None:
    """Raise `PermissionDenied` unless `person` may ask about that person, or about everybody where it is None."""
    if about != person and not may_ask_about_others(person, thing):
        raise PermissionDenied(NOT_ABOUT_OTHERS)


def shares_of(thing: Thing) -> list[Share]:
    """Return for each level how many people may use the thing, in one query."""
    stopped = {level.value: Count("pk", filter=stopped_from(thing.label_sets, level)) for level in Level}
    found = User.objects.filter(is_active=True).aggregate(everybody=Count("pk"), **stopped)
    return [Share(level, found["everybody"] - found[level.value], found[level.value]) for level in Level]


def rules_keeping(about: User, viewer: User) -> QuerySet[OptOutRule]:
    """Rules that keep `about` out, as far as rules on things that are hidden from the viewer are not among them."""
    ids = [denial.rule_id for denial in denials_of(about).items]
    rules = OptOutRule.objects.filter(pk__in=ids).select_related("owner")
    return rules.exclude(level=Level.DISCOVER) if about == viewer else rules


def kept_out_by(viewer: User, about: User, rules: Iterable[OptOutRule]) -> list[Kept]:
    """Return the rules that tell the viewer of nothing hidden, with how much carries their labels."""
    rows = list(rules)
    labels, opened = {rule.label for rule in rows}, {one.rule_id: one.unless for one in denials_of(about).items}
    counts = carriers_of(viewer, labels)
    known = known_labels(viewer, labels.union(*opened.values()))
    return [
        Kept(rule, _counted(rule.label, counts), sorted(known & opened.get(rule.pk, set())))
        for rule in rows
        if rule.label in known
    ]


def _counted(label: str, counts: dict[str, dict[str, int]]) -> list[tuple[int, str]]:
    """How many things of each kind, with the word for so many."""
    return [
        (found[label], name if found[label] == 1 else kinds()[name].plural)
        for name, found in counts.items()
        if found[label]
    ]
