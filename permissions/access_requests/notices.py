"""What people are told about requests. A thing is named only to those who may know of it, now and when they read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from notifications.models import Notice
from notifications.services import tell
from permissions.access_requests.deciders import council, deciders, profits_from
from permissions.models import AskedRule, User
from permissions.things import known_refs

if TYPE_CHECKING:
    from permissions.models import AccessRequest

SUBJECT = "access_request"


def tell_deciders(request: AccessRequest) -> int:
    """Tell those who decide first that somebody asks."""
    parts = request.asked.filter(state=AskedRule.State.OPEN).select_related("rule__owner", "request")
    people = {person.pk: person for part in parts for person in deciders(part)}
    whom = f" for {request.team}" if request.team else ""
    return tell(
        notice(person, request, "access_asked", f"{request.asker} asks for access{whom}", "Say yes, for a time, or no.")
        for person in people.values()
    )


def tell_council(request: AccessRequest) -> int:
    """Tell the council that nobody answered."""
    parts = list(request.asked.filter(state=AskedRule.State.OPEN).select_related("rule__owner", "request"))
    waited = f"Nobody has answered for {settings.ACCESS_COUNCIL_AFTER_DAYS} days: it is for the council now."
    return tell(
        notice(person, request, "access_asked", f"{request.asker} still waits for access", waited)
        for person in council()
        if not any(profits_from(person, part) for part in parts)
    )


def tell_asker(asked: AskedRule) -> int:
    """Tell who asked what was decided about one of the rules."""
    request = asked.request
    if asked.state == AskedRule.State.APPROVED and asked.exception:
        title = f"{asked.decided_by} approved your request for access"
        detail = f"Until {asked.exception.until:%-d %B %Y}."
    elif asked.state == AskedRule.State.DECLINED:
        title, detail = f"{asked.decided_by} declined your request for access", asked.words
    else:
        title, detail = (
            "A rule is no longer in your way",
            "It ended, was changed, or spares you now: you need no exception.",
        )
    if request.is_open:
        detail = f"{detail} Others have still to decide."
    return tell([notice(request.asker, request, "access_decided", title, detail)])


def tell_expired(request: AccessRequest) -> int:
    """Tell who asked that nobody answered at all."""
    title = "Nobody answered your request for access"
    return tell([notice(request.asker, request, "access_decided", title, "Ask again if you still need it.")])


def notice(person: User, request: AccessRequest, kind: str, title: str, detail: str, url: str = "") -> Notice:
    """A notice about a request: it says of what only to somebody who may know of it."""
    made = Notice(person=person, kind=kind, title=title[:300], url=url or request.get_absolute_url())
    if known_refs(person, [(request.thing_kind, request.thing_id)]):
        made.title, made.detail = f"{title}: {request.title}"[:300], detail[:300]
        made.subject, made.subject_id = SUBJECT, request.pk
    return made
