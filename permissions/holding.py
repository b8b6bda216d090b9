"""What a person may write: read once for each user object, then answered for one thing or as a filter for many."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q, Value

from permissions.gate import may
from permissions.models.given import mine
from permissions.models.grants import Answerable, Duty
from permissions.models.people import User
from permissions.roles import everywhere

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from permissions.access import Viewer

Ids = frozenset[int]


@dataclass(frozen=True)
class Held:
    """The duties of one person: on everything, and on things by their kind and id."""

    everywhere: frozenset[Duty] = frozenset()
    on: Mapping[tuple[Duty, str], Ids] = field(default_factory=dict)

    def ids(self, duty: Duty, kind: str) -> Ids:
        """The things of a kind that a duty was given on, by a grant or, where others lie in them, by answering."""
        return self.on.get((duty, kind), frozenset())


def held_by(viewer: Viewer) -> Held:
    """What `viewer` holds now; nothing, for strangers and closed accounts."""
    if not isinstance(viewer, User) or not viewer.is_active:
        return Held()
    known: Held | None = getattr(viewer, "_held", None)
    if known is None:
        known = viewer._held = Held(everywhere(viewer), _read(viewer))  # type: ignore[attr-defined]
    return known


def forget_held(viewer: User) -> None:
    """Make the next `held_by` read again, for a user object that outlives a request."""
    viewer.__dict__.pop("_held", None)


def holds(viewer: Viewer, duty: Duty, thing: Answerable) -> bool:
    """Whether `viewer` may do this to the thing, as `writable_by` says of many."""
    return _covers(viewer, duty, thing) and may(thing, viewer, duty.needs)


def condition(viewer: Viewer, duty: Duty, model: type[Answerable]) -> Q:
    """The rows of `model` that `viewer` has a duty on, open to them or not."""
    held = held_by(viewer)
    if duty in held.everywhere:
        return Q()
    found = Q(pk__in=held.ids(duty, model.noun()))
    for column in _columns(viewer, duty, model):
        found |= Q(**{column: viewer.pk})
    for kind, lookups in model.lies_in.items():
        found |= _lying_in(lookups, held.ids(duty, kind))
    return found


def _columns(viewer: Viewer, duty: Duty, model: Answerable | type[Answerable]) -> list[str]:
    """The columns of which any that names the viewer gives the duty."""
    if not viewer.is_active:
        return []
    return [column for column, duties in model.assigned.items() if duty in duties]


def _lying_in(lookups: Iterable[str], ids: Ids) -> Q:
    """Rows of which the first lookup that is not null is among `ids`."""
    found, before = Q(pk__in=()), Q()
    for lookup in lookups if ids else ():
        found |= before & Q(**{f"{lookup}__in": ids})
        before &= Q(**{f"{lookup}__isnull": True})
    return found


def _covers(viewer: Viewer, duty: Duty, thing: Answerable) -> bool:
    held = held_by(viewer)
    if duty in held.everywhere or thing.pk in held.ids(duty, thing.noun()):
        return True
    if any(getattr(thing, f"{column}_id") == viewer.pk for column in _columns(viewer, duty, thing)):
        return True
    return any(_place(thing, lookups) in held.ids(duty, kind) for kind, lookups in thing.lies_in.items())


def _place(thing: Any, lookups: Iterable[str]) -> int | None:
    """The id that the first lookup which is not null leads to."""
    for lookup in lookups:
        value = thing
        for part in lookup.split("__"):
            value = getattr(value, part)
        if value is not None:
            return int(value)
    return None


def _read(user: User) -> dict[tuple[Duty, str], Ids]:
    """One query for all kinds, and one for each kind that is a tree and of which the person holds something."""
    found: defaultdict[tuple[Duty, str], set[int]] = defaultdict(set)
    first, *others = (rows for model in answerables() for rows in _rows(user, model))
    for kind, word, pk in first.union(*others, all=True):
        for duty in _duties(kind, word):
            found[duty, kind].add(pk)
    for model in answerables():
        if model.within and any(kind == model.noun() for _, kind in found):
            _descend(model, found)
    return {key: frozenset(ids) for key, ids in found.items()}


def _rows(user: User, model: type[Answerable]) -> Iterator[Any]:
    """Queries of the kind, a duty or a column that names the person, and the id."""
    kind = Value(model.noun())
    grants = model.grants_model()._default_manager.filter(mine(user)).order_by()
    yield grants.values_list(kind, "duty", "thing_id")
    if any(model.noun() in other.lies_in for other in answerables()):
        for column in model.assigned:
            assigned = model._default_manager.filter(**{column: user}).order_by()
            yield assigned.values_list(kind, Value(f"={column}"), "pk")


def _duties(kind: str, word: str) -> Iterable[Duty]:
    return answerable(kind).assigned[word[1:]] if word.startswith("=") else (Duty(word),)


def _descend(model: type[Answerable], found: dict[tuple[Duty, str], set[int]]) -> None:
    """Add what lies in what is held, at any depth."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for pk, parent in model._default_manager.exclude(**{model.within: None}).values_list("pk", model.within):
        children[parent].append(pk)
    for (_, kind), ids in found.items():
        if kind == model.noun():
            open_ones = list(ids)
            while open_ones:
                below = [child for child in children[open_ones.pop()] if child not in ids]
                ids.update(below)
                open_ones.extend(below)


@cache
def answerables() -> tuple[type[Answerable], ...]:
    """Every kind of thing that people answer for."""
    return tuple(model for model in apps.get_models() if issubclass(model, Answerable))


def answerable(kind: str) -> type[Answerable]:
    """The model of a kind. Raises `KeyError`."""
    return {model.noun(): model for model in answerables()}[kind]
