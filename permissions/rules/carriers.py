"""Labels as rules use them: what carries one, which there are, and what to do when a rule names one.

Apps that hold labelled things offer a `LabelSource` in ``<app>/rule_labels.py`` as ``LABELS``.
"""

from __future__ import annotations

from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db.models import Q

from core.discovery import collect
from permissions.access import denials_of
from permissions.levels import Level
from permissions.querysets import Labelled

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from permissions.models import User
    from permissions.querysets import LabelledQuerySet

MOST_SUGGESTED = 10


class LabelHint(NamedTuple):
    """A label that one may choose, and what it stands for in words."""

    label: str
    title: str
    kind: str
    detail: str = ""


class LabelSource(NamedTuple):
    """What an app knows of the labels of its things.

    `exists` says whether a thing that a person may know of goes by the label, even if nothing carries it now; `suggest`
    returns labels for some typed letters, only of what the person may know of; `goes_by` the condition under which rows
    of a model carry it once a rule names it; `within` returns which of some labels close nothing but what a person was
    given to manage the rules of; `named` is called, in the transaction that writes it, when a rule or an
    exception begins to name a label: what carries that only then is marked there.
    """

    exists: Callable[[str, User], bool]
    suggest: Callable[[User, str, int], Iterable[LabelHint]]
    goes_by: Callable[[type[Labelled], str], Q | None]
    within: Callable[[User, Collection[str]], set[str]]
    named: Callable[[str], None]


@cache
def _sources() -> tuple[LabelSource, ...]:
    return tuple(collect("rule_labels", "LABELS"))


@cache
def labelled_models() -> tuple[type[Labelled], ...]:
    """Every kind of thing that carries labels of its own."""
    return tuple(model for model in apps.get_models() if issubclass(model, Labelled))


def carrying(model: type[Labelled], label: str) -> LabelledQuerySet[Any]:
    """Rows of `model` that a rule on `label` closes: they carry it, or what they hang on does."""
    inherited = (Q(**{f"{path}__contains": [label]}) for path in model.label_paths if path != "labels")
    return _all(model).filter(reduce(or_, inherited, _own(model, label)))


def carrying_by_itself(model: type[Labelled], label: str) -> LabelledQuerySet[Any]:
    """Rows of `model` that a rule on `label` closes by themselves, not by what they hang on."""
    rows = _all(model).filter(_own(model, label))
    for path in model.label_paths:
        if path != "labels":
            rows = rows.exclude(**{f"{path}__contains": [label]})
    return rows


def _all(model: type[Labelled]) -> LabelledQuerySet[Any]:
    found: LabelledQuerySet[Any] = model.objects.all()  # type: ignore[attr-defined]
    return found


def _own(model: type[Labelled], label: str) -> Q:
    """Rows that carry the label, or will once a rule names it."""
    goes_by = (condition for source in _sources() if (condition := source.goes_by(model, label)) is not None)
    return reduce(or_, goes_by, Q(labels__contains=[label]) & ~Q(labels=[]))


def carried(label: str, viewer: User) -> bool:
    """Whether anything that the viewer may know of carries the label."""
    return any(carrying(model, label).open_to(viewer, Level.DISCOVER).exists() for model in labelled_models())


def exists(label: str, viewer: User) -> bool:
    """Whether the viewer may know of a thing that carries the label or goes by it."""
    return carried(label, viewer) or any(source.exists(label, viewer) for source in _sources())


def suggest_labels(viewer: User, typed: str, limit: int = MOST_SUGGESTED) -> list[LabelHint]:
    """Return labels that begin with, or stand for something called, what was typed."""
    found: dict[str, LabelHint] = {}
    for source in _sources():
        for hint in source.suggest(viewer, typed, limit):
            if denials_of(viewer).allow([hint.label], Level.DISCOVER):
                found.setdefault(hint.label, hint)
    return list(found.values())[:limit]


def labels_within(person: User, labels: Collection[str]) -> set[str]:
    """Return which of the labels close nothing but what the person's grants let them manage the rules of."""
    return set[str]().union(*(source.within(person, labels) for source in _sources()))


def note_named(label: str) -> None:
    """Tell those who hold labelled things that a rule or an exception names `label` from now on."""
    for source in _sources():
        source.named(label)
