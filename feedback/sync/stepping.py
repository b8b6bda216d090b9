"""Keeping step: what happened here is told there, and what happened there here, each once.

Where both sides moved the same ticket since they last agreed, Concord's word holds and is set there again: only here it
is known who may say that something is fixed or confirmed. What a tracker calls done is fixed at source here, for the
reporter to confirm.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from core.secrets import UnreadableSecret
from feedback.models import Comment, Mirror, MirroredComment, Ticket, Tracker
from feedback.reading import knows_of
from feedback.services import move
from feedback.sync.adapter import Draft, Stand, TrackerError
from feedback.sync.calling import adapter_of
from feedback.talking import LONGEST_COMMENT, comment
from feedback.workflow import WAITING, State

if TYPE_CHECKING:
    from feedback.sync.adapter import Adapter, Remote

AT_ONCE: Final = 200  # tickets and comments of one tracker in one go
OVERLAP: Final = timedelta(minutes=2)  # clocks differ; what is read twice is known
STANDS: Final = {
    State.NEW: Stand.OPEN,
    State.TRIAGED: Stand.OPEN,
    State.IN_PROGRESS: Stand.WORKING,
    State.FIXED: Stand.DONE,
    State.CONFIRMED: Stand.DONE,
    State.DECLINED: Stand.DECLINED,
}


def keep_step(tracker: Tracker) -> int:
    """Tell and hear all that is new; returns how many things were passed on. Trouble is kept on the tracker."""
    now = timezone.now()
    try:
        there = adapter_of(tracker)
        passed = _pull(tracker, there) + _open_there(tracker, there) + _push(tracker, there)
    except (TrackerError, UnreadableSecret, KeyError, TypeError, ValueError) as error:
        told = str(error) if isinstance(error, TrackerError) else "It answers otherwise than its documents say."
        Tracker.objects.filter(pk=tracker.pk).update(trouble=told[:300])
        return 0
    Tracker.objects.filter(pk=tracker.pk).update(trouble="", worked_at=now, pulled_at=now)
    return passed


def _open_there(tracker: Tracker, there: Adapter) -> int:
    """Open tickets of the domain that are not there yet, of those that its account may read."""
    here = Ticket.objects.readable_by(tracker.speaks_for).unresolved().about(tracker.domain)
    fresh = here.exclude(mirrors__tracker=tracker).for_lists().order_by("pk")[:AT_ONCE]
    for ticket in fresh:
        found = there.create(_draft(ticket))
        stand = STANDS[ticket.stands]
        mirror = Mirror.objects.create(
            tracker=tracker, ticket=ticket, remote=found.key, url=found.url, pushed=found.stand, seen=found.stand
        )
        if stand is not found.stand:
            _set_there(there, mirror, stand)
    return len(fresh)


def _draft(ticket: Ticket) -> Draft:
    link = f"{str(settings.CONCORD_URL).rstrip('/')}{ticket.get_absolute_url()}"
    parts = [ticket.body, f"Expected: {ticket.expected}" if ticket.expected else "", f"{ticket.dataset.key}: {link}"]
    return Draft(f"{ticket.title}"[:250], "\n\n".join(part for part in parts if part), [ticket.kind])


def _set_there(there: Adapter, mirror: Mirror, stand: Stand) -> None:
    there.move(mirror.remote, stand)
    mirror.pushed = mirror.seen = stand.value
    mirror.save(update_fields=["pushed", "seen"])


def _push(tracker: Tracker, there: Adapter) -> int:
    """Tell where tickets stand that moved since, and what was said."""
    passed = 0
    for mirror in tracker.mirrors.select_related("ticket").order_by("pk"):
        if not knows_of(tracker.speaks_for, mirror.ticket):
            continue
        stand = STANDS[mirror.ticket.stands]
        if stand.value != mirror.pushed:
            _set_there(there, mirror, stand)
            passed += 1
        passed += _say_there(there, mirror)
    return passed


def _say_there(there: Adapter, mirror: Mirror) -> int:
    new = Comment.objects.filter(ticket=mirror.ticket, pk__gt=mirror.told_up_to).select_related("author").order_by("pk")
    passed = 0
    for one in new[:AT_ONCE]:
        if not MirroredComment.objects.filter(comment=one).exists():
            remote = there.say(mirror.remote, f"{one.author or 'Someone who has left'}: {one.body}")
            MirroredComment.objects.create(mirror=mirror, comment=one, remote=remote)
            passed += 1
        Mirror.objects.filter(pk=mirror.pk).update(told_up_to=one.pk)
    return passed


def _pull(tracker: Tracker, there: Adapter) -> int:
    since = (tracker.pulled_at or tracker.made_at) - OVERLAP
    mirrors = {one.remote: one for one in tracker.mirrors.select_related("ticket")}
    changed = [(one, mirrors[one.key]) for one in there.changed_since(since) if one.key in mirrors]
    return sum(_hear(tracker, there, mirror, found) for found, mirror in changed)


def _hear(tracker: Tracker, there: Adapter, mirror: Mirror, found: Remote) -> int:
    passed = 0
    ours_stands = STANDS[mirror.ticket.stands].value == mirror.pushed  # nobody moved it here meanwhile
    if found.stand.value not in (mirror.pushed, mirror.seen):
        if ours_stands and _move_here(tracker, mirror, found):
            mirror.pushed = found.stand.value
            passed += 1
        elif ours_stands:
            mirror.pushed = found.stand.value  # so that where it stands here is told there again
    mirror.seen = found.stand.value
    if not ours_stands:
        mirror.pushed = found.stand.value
    mirror.save(update_fields=["pushed", "seen"])
    return passed + _listen(tracker, there, mirror)


_STEPS: Final = {
    Stand.WORKING: (State.IN_PROGRESS,),
    Stand.DONE: (State.IN_PROGRESS, State.FIXED),
    Stand.DECLINED: (State.DECLINED,),
    Stand.OPEN: (State.IN_PROGRESS,),
}


def _move_here(tracker: Tracker, mirror: Mirror, found: Remote) -> bool:
    """Whether the ticket could be moved as its account may; what is confirmed here is not opened again from there."""
    words = f"{tracker}: {found.key} is {found.stand.value}."
    try:
        with transaction.atomic():
            ticket = Ticket.objects.get(pk=mirror.ticket_id)
            for to in _STEPS[found.stand]:
                if ticket.stands is State.CONFIRMED:
                    return False
                if not (to is State.IN_PROGRESS and ticket.stands not in (*WAITING, State.FIXED)):
                    ticket = move(actor=tracker.speaks_for, ticket=ticket, to=to, words=words)
    except (ValidationError, PermissionDenied):
        return False
    mirror.ticket = ticket
    return True


def _listen(tracker: Tracker, there: Adapter, mirror: Mirror) -> int:
    known = set(mirror.comments.values_list("remote", flat=True))
    passed = 0
    for said in there.comments(mirror.remote):
        if said.key in known or not said.body.strip():
            continue
        with transaction.atomic():
            words = f"{said.author or 'Somebody'}, in {tracker}:\n\n{said.body}"[:LONGEST_COMMENT]
            made = comment(actor=tracker.speaks_for, ticket=mirror.ticket, body=words)
            MirroredComment.objects.create(mirror=mirror, comment=made, remote=said.key)
        passed += 1
    return passed
