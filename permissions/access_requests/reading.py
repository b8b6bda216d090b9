"""Requests as one person may see them: things that are hidden from them are not named."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q
from django.http import Http404

from permissions.access_requests.deciders import waiting_for
from permissions.models import AccessRequest, AskedRule, Team
from permissions.roles import may_manage_rules
from permissions.rules.scope import granted_rules
from permissions.things import NOTHING, find_thing, known_refs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from permissions.models import User
    from permissions.things import Thing

UNNAMED = "something that is hidden from you"


class Line(NamedTuple):
    """One request in a list; `known` says whether the viewer may know of the thing."""

    request: AccessRequest
    known: bool

    @property
    def title(self) -> str:
        return self.request.title if self.known else UNNAMED


class RequestPage(NamedTuple):
    """One request with its parts; without a `thing` the viewer may not know of it any more, or never."""

    request: AccessRequest
    thing: Thing | None
    parts: list[AskedRule]
    to_decide: list[AskedRule]
    own: bool

    @property
    def title(self) -> str:
        return self.request.title if self.thing else UNNAMED

    def scope_of(self, part: AskedRule) -> str:
        """What an exception from one of the rules is for, unless it waives the whole rule."""
        return self.thing.narrowed_to(part.rule.label).title if self.thing else UNNAMED

    @property
    def open_until(self) -> object:
        """When the first of its exceptions ends, once all have been made; None while it opens nothing."""
        made = [part.exception for part in self.parts if part.exception]
        if self.request.state != "approved" or any(one.state != "active" for one in made):
            return None
        return min((one.until for one in made), default=None)

    @property
    def may_withdraw(self) -> bool:
        holding = (part.exception for part in self.parts if part.exception)
        return self.own and (self.request.is_open or any(one.state == "active" for one in holding))


def mine(person: User) -> QuerySet[AccessRequest]:
    """What the person asked for."""
    return AccessRequest.objects.filter(asker=person)


def decisions_for(person: User) -> QuerySet[AccessRequest]:
    """What others ask and the person may decide, wholly or in part."""
    return AccessRequest.objects.filter(pk__in=waiting_for(person).values("request"))


def told_requests(person: User, requests: Iterable[AccessRequest]) -> list[Line]:
    """Return requests as lines of a list for the person."""
    rows = list(requests)
    known = known_refs(person, [(one.thing_kind, one.thing_id) for one in rows])
    return [Line(one, (one.thing_kind, one.thing_id) in known) for one in rows]


def readable_requests(person: User) -> QuerySet[AccessRequest]:
    """Requests that concern the person: their own, their teams', of rules they answer for; all, for the council."""
    if may_manage_rules(person):
        return AccessRequest.objects.all()
    asked = AskedRule.objects.filter(Q(rule__owner=person) | Q(rule__in=granted_rules(person)) | Q(decided_by=person))
    teams = Team.objects.filter(members=person)
    return AccessRequest.objects.filter(Q(asker=person) | Q(team__in=teams) | Q(pk__in=asked.values("request")))


def readable_request(person: User, pk: int) -> RequestPage:
    """Return one request. Raises `Http404` when there is none that concerns the person."""
    request = readable_requests(person).select_related("asker", "team").filter(pk=pk).first()
    if request is None:
        raise Http404(NOTHING)
    related = ("rule__owner", "decided_by", "exception")
    parts = list(AskedRule.objects.filter(request=request).select_related(*related).order_by("pk"))
    for part in parts:
        part.request = request
    waiting = set(waiting_for(person).filter(request=request).values_list("pk", flat=True))
    try:
        thing = find_thing(person, f"{request.thing_kind}:{request.thing_id}")
    except Http404:
        thing = None
    to_decide = [part for part in parts if part.pk in waiting]
    return RequestPage(request, thing, parts, to_decide, request.asker_id == person.pk)
