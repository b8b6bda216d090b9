"""Who may write a thing, and what somebody may write: as far as the viewer may know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q, Value
from django.http import Http404

from permissions.gate import may
from permissions.holding import answerable, answerables
from permissions.levels import Level
from permissions.models import Duty, Team, User

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

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
    met = {thing.pk}
    while thing.within and (thing := getattr(thing, thing.within)) is not None and thing.pk not in met:
        met.add(thing.pk)
        yield thing


def _first(thing: Any, lookups: tuple[str, ...]) -> int | None:
    for lookup in lookups:
        value = thing
        for part in lookup.split("__"):
            value = getattr(value, part)
        if value is not None:
            return int(value)
    return None


def known(viewer: User, kind: str, pk: int) -> Answerable:
    """The thing of this kind and id. Raises `Http404` when there is none that the viewer may know of."""
    try:
        rows: Any = answerable(kind)._default_manager.all()
    except KeyError:
        raise Http404("There is nothing at this address.") from None
    found: Answerable | None = rows.visible_to(viewer).filter(pk=pk).first()
    if found is None:
        raise Http404("There is nothing at this address.")
    return found


def all_grants(viewer: User) -> list[QuerySet[Grant]]:
    """Every grant on what the viewer may know of, a queryset for each kind of thing, which it gives as `kind`."""
    return [_grants_on(viewer, model) for model in answerables()]


def _grants_on(viewer: User, model: type[Answerable]) -> QuerySet[Grant]:
    rows: Any = model._default_manager.all()
    grants = model.all_grants().filter(thing__in=rows.visible_to(viewer)).annotate(kind=Value(model.noun()))
    found: QuerySet[Grant] = grants.select_related("thing", "person", "team", "given_by")
    return found


def grants_of(viewer: User, whom: User | Team) -> list[Grant]:
    """What a person was granted, by themselves or through a team, or a team was; of what the viewer may know of."""
    given = Q(team=whom) if isinstance(whom, Team) else Q(person=whom) | Q(team__members=whom)
    found: list[Grant] = []
    for model in answerables():
        found += _grants_on(viewer, model).filter(given).distinct().order_by("thing_id", "duty")[:MOST]
    return found
