"""What a rule would do, counted before it is saved: a fixed number of questions, whatever the size of the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from permissions.access import denials_of
from permissions.levels import Level
from permissions.models import OptOutRule, User
from permissions.rules.carriers import carrying, carrying_by_itself, labelled_models
from permissions.rules.draft import stopped_by
from permissions.rules.effects import Proposal, effects_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from permissions.querysets import LabelledQuerySet
    from permissions.rules.draft import Whom

MOST_COVERING = 20  # rules looked at for whether they close all of it already
SENTENCES = {
    Level.DISCOVER: "Hides {things} from {people}.",
    Level.READ: "Closes {things} to {people}.",
    Level.SAMPLE: "Masks the values of {things} for {people}.",
}


class Count(NamedTuple):
    """How many things of one kind a rule closes by themselves, not by what they hang on."""

    kind: str
    number: int

    def __str__(self) -> str:
        return f"{self.number:,} {self.kind}"


@dataclass(frozen=True)
class Preview:
    """What a rule would do: things closed, people stopped, what else, and what its author should think about."""

    level: Level
    things: tuple[Count, ...]
    people: int
    effects: tuple[str, ...]
    warnings: tuple[str, ...]
    partial: bool  # something is hidden from the author, and not counted

    @property
    def sentence(self) -> str:
        """Both counts in one sentence."""
        people = f"{self.people:,} {'person' if self.people == 1 else 'people'}"
        if not self.things:
            return f"Closes nothing that is there now, to {people}."
        *most, last = map(str, self.things)
        things = f"{', '.join(most)} and {last}" if most else last
        return SENTENCES[self.level].format(things=things, people=people)


def preview(*, viewer: User, label: str, level: str, whom: Whom, rule: OptOutRule | None = None) -> Preview:
    """Return what a rule that says so would do, as far as `viewer`, its author, may know.

    `rule` is the one that would be changed; its exceptions go on.
    """
    stopped = _stopped(whom, rule)
    at = Level(level)
    people = stopped.filter(is_service=False).count()
    things = tuple(_counts(viewer, label))
    told = effects_of(Proposal(label, at, stopped, viewer)) if things else []
    warnings = [
        *_about_people(viewer, stopped, people), *([] if things else [_nothing(label)]),
        *(effect.text for effect in told if effect.warning),
        *(_covered(viewer, label, at, stopped, rule) if things and people else ()),
    ]  # fmt: skip
    effects = tuple(effect.text for effect in told if not effect.warning)
    return Preview(at, things, people, effects, tuple(warnings), bool(denials_of(viewer).at(Level.DISCOVER)))


def _stopped(whom: Whom, rule: OptOutRule | None) -> QuerySet[User]:
    stopped = whom.stopped()
    if rule is None:
        return stopped
    waived = rule.exceptions.in_force().filter(label="")
    by_team = User.teams.through.objects.filter(team__in=waived.values("team"))
    return stopped.exclude(pk__in=waived.filter(person__isnull=False).values("person")).exclude(
        pk__in=by_team.values("user")
    )


def _counts(viewer: User, label: str) -> Iterator[Count]:
    for model in labelled_models():
        found = _present(carrying_by_itself(model, label).visible_to(viewer)).count()
        if found:
            names = model._meta
            yield Count(str(names.verbose_name if found == 1 else names.verbose_name_plural), found)


def _present(rows: LabelledQuerySet[Any]) -> LabelledQuerySet[Any]:
    """Without what is archived, for kinds of things that are."""
    archived = any(field.name == "archived_at" for field in rows.model._meta.get_fields())
    return rows.filter(archived_at=None) if archived else rows


def _nothing(label: str) -> str:
    return f"Nothing that you may know of carries “{label}” now. The rule would close whatever carries it later."


def _about_people(viewer: User, stopped: QuerySet[User], people: int) -> Iterator[str]:
    if not people:
        yield "Nobody is affected: all it names are spared, or have no open account."
        return
    if not User.objects.filter(is_active=True, is_service=False).exclude(pk__in=stopped.values("pk")).exists():
        yield "Everybody is stopped, and nobody is left who could look after it. Spare those who need it in their work."
    if stopped.filter(pk=viewer.pk).exists():
        yield "It stops you as well. Spare yourself or your team if you need what it closes."


def _covered(viewer: User, label: str, level: Level, stopped: QuerySet[User], rule: OptOutRule | None) -> Iterator[str]:
    """The rules that close all of it to all of them already."""
    others = OptOutRule.objects.in_force().filter(level__in=level.closed_by, label__in=_labels_of_one(label))
    others = others.exclude(pk=rule.pk) if rule else others
    for other in others.with_people().order_by("pk")[:MOST_COVERING]:
        if _closes_all(label, other.label) and not stopped.exclude(pk__in=stopped_by(other).values("pk")).exists():
            yield f"Rule {other.pk} closes all of this to all of them already, at {other.level}."


def _labels_of_one(label: str) -> set[str]:
    """The labels of one thing that the rule would close: whatever covers all of them is among these."""
    for model in labelled_models():
        first = carrying(model, label).first()
        if first is not None:
            return {label, *first.carried_labels()}
    return {label}


def _closes_all(label: str, other: str) -> bool:
    if label == other:
        return True
    return not any(
        carrying(model, label).exclude(pk__in=carrying(model, other).values("pk")).exists()
        for model in labelled_models()
    )
