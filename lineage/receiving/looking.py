"""Received events for those who look after them: found, and read again to show what was understood."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from lineage.jobs import visible_jobs
from lineage.models import ReceivedEvent, Run
from lineage.openlineage.bodies import BadBody, parse
from lineage.openlineage.dbt import corrected
from lineage.openlineage.events import Event, Refused, read_event
from lineage.openlineage.facets import UNDERSTOOD
from permissions.models import User
from permissions.roles import is_administrator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from lineage.models import Job
    from permissions.access import Viewer

ORDER = ("-received_at", "-pk")
LONGEST_SHOWN = 200_000  # characters of an event on its page
REFUSAL = "Received events are shown to administrators: they name whatever producers name."


class FacetSeen(NamedTuple):
    """A facet of an event: what it is about, and whether it is understood or only kept."""

    about: str
    name: str
    understood: bool


class EventSeen(NamedTuple):
    """What an event says, and the job and run that it went to, where they exist."""

    event: Event | None
    job: Job | None
    run: Run | None
    facets: list[FacetSeen]
    text: str
    is_cut: bool


def require_looker(viewer: Viewer) -> User:
    """The administrator who looks. Raises `PermissionDenied`."""
    if not isinstance(viewer, User) or not is_administrator(viewer):
        raise PermissionDenied(REFUSAL)
    return viewer


def find_received(
    *, states: list[str] | None = None, kinds: list[str] | None = None, q: str = ""
) -> QuerySet[ReceivedEvent]:
    """Events in these states, of these kinds, whose job, dataset or producer has `q` in its name; without bodies."""
    events = ReceivedEvent.objects.select_related("sender").defer("body")
    if states:
        events = events.filter(state__in=states)
    if kinds:
        events = events.filter(kind__in=kinds)
    if q:
        events = events.filter(Q(name__icontains=q) | Q(namespace__icontains=q) | Q(producer__icontains=q))
    return events


def seen(received: ReceivedEvent, viewer: Viewer) -> EventSeen:
    """Return what one event was understood to say; its job and run where the viewer may look at them."""
    text, event = received.text, _event(received)
    meant = corrected(event) if event else None
    job, jobs = meant.job if meant else None, visible_jobs(viewer)
    return EventSeen(
        event=event,
        job=jobs.filter(namespace=job.namespace, name=job.name).first() if job else None,
        run=Run.objects.filter(run_id=event.run_id, job__in=jobs).first() if event and event.run_id else None,
        facets=list(_facets(event)) if event else [],
        text=_pretty(text)[:LONGEST_SHOWN],
        is_cut=len(text) > LONGEST_SHOWN or received.size > len(text.encode()),
    )


def _event(received: ReceivedEvent) -> Event | None:
    try:
        return read_event(parse(received.text.encode()), received.received_at)
    except (BadBody, Refused):
        return None


def _facets(event: Event) -> Iterator[FacetSeen]:
    sides = [("run", event.run_facets), ("job", event.job_facets)]
    sides += [(said.name.name, said.facets | said.own) for said in event.datasets]
    for about, facets in sides:
        for name in sorted(facets):
            yield FacetSeen(about, name, name in UNDERSTOOD)


def _pretty(text: str) -> str:
    try:
        return json.dumps(parse(text.encode()), indent=2, ensure_ascii=False)
    except BadBody:
        return text
