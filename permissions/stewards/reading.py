"""Who may write a thing, and what somebody may write: as far as the viewer may know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q

from permissions.gate import may
from permissions.holding import answerable, answerables
from permissions.levels import Level
from permissions.models import Duty, Team, User

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permissions.models import Answerable, Grant

MOST = 200


class Answering(NamedTuple):
    """Somebody who answers for a thing, and by what: its owner, its steward."""

    person: User
    column: str
    duties: list[Duty]


class Place(NamedTuple):
    """A thing, or what it lies in, with those who may write it from there."""

    thing: Answerable
    answering: list[Answering]
    grants: list[Grant]


def places_of(viewer: User, thing: Answerable) -> list[Place]:
    """The thing and what it lies in, nearest first, without what is closed to the viewer."""
    return [_place(one) for one in (thing, *_around(thing)) if may(one, viewer, Level.DISCOVER)]


def _place(thing: Answerable) -> Place:
    named = [(column, getattr(thing, column), duties) for column, duties in thing.assigned.items()]
    answering = [
        Answering(person, column, [duty for duty in thing.duties if duty in duties])
        for column, person, duties in named
        if person is not None
    ]
    grants = thing.all_grants().filter(thing=thing).select_related("person", "team", "given_by")
    return Place(thing, answering, list(grants.order_by("duty", "pk")[:MOST]))


def _around(thing: Answerable) -> Iterator[Answerable]:
    """What a thing lies in; a domain's own domains last."""
    for kind, lookups in thing.lies_in.items():
        pk = _first(thing, lookups)
        if pk is not None:
            around = answerable(kind)._default_manager.get(pk=pk)
            yield around
            yield from _above(around)
    yield from _above(thing)


def _above(thing: Any) -> Iterator[Answerable]:
    while thing.within and (thing := getattr(thing, thing.within)) is not None:
        yield thing


def _first(thing: Any, lookups: tuple[str, ...]) -> int | None:
    for lookup in lookups:
        value = thing
        for part in lookup.split("__"):
            value = getattr(value, part)
        if value is not None:
            return int(value)
    return None


def grants_of(viewer: User, whom: User | Team) -> list[Grant]:
    """What a person was granted, by themselves or through a team, or a team was; of what the viewer may know of."""
    given = Q(team=whom) if isinstance(whom, Team) else Q(person=whom) | Q(team__members=whom)
    found: list[Grant] = []
    for model in answerables():
        known: Any = model._default_manager.all()
        grants = model.all_grants().filter(given, thing__in=known.visible_to(viewer)).distinct()
        found += grants.select_related("thing", "team", "person").order_by("thing_id", "duty")[:MOST]
    return found
