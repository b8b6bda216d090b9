"""The council's dates as a calendar that other programs subscribe to.

Calendars cannot sign in, so the address itself says whose it is: signed, with a digest that changes when the person's
password does. It tells what that person may read, and nothing of what is said.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.utils import timezone
from icalendar import Calendar, Event

from definitions.models import Definition, Proposal
from permissions.models import User

if TYPE_CHECKING:
    from datetime import date, datetime

SALT = "definitions.calendar"
MOST = 200


def key_for(person: User) -> str:
    """The secret part of a person's address."""
    return signing.dumps([person.pk, person.get_session_auth_hash()[:16]], salt=SALT)


def person_of(key: str) -> User | None:
    """Whose key it is; None for what is none, for accounts that were closed and passwords that were changed."""
    try:
        pk, digest = signing.loads(key, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    person = User.objects.filter(pk=pk, is_active=True).first()
    return person if person is not None and person.get_session_auth_hash()[:16] == digest else None


def feed_of(person: User) -> bytes:
    """Return when votes close and definitions are looked at again, as iCalendar (RFC 5545)."""
    calendar = Calendar()
    calendar.add("prodid", "-//Concord//Council//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Data council")
    closing = Proposal.objects.readable_by(person).with_text().filter(state=Proposal.State.OPEN)
    for one in closing.exclude(closes_at=None).order_by("closes_at")[:MOST]:
        if one.closes_at:
            title = f"Vote closes: {one.definition.name}"
            calendar.add_component(
                _event(f"proposal-{one.pk}-{one.round}", title, one.get_absolute_url(), one.closes_at)
            )
    due = Definition.objects.readable_by(person).approved().exclude(review_on=None)
    for definition in due.order_by("review_on")[:MOST]:
        if definition.review_on:
            title, uid = f"Review: {definition.name}", f"review-{definition.pk}-{definition.review_on}"
            calendar.add_component(_event(uid, title, definition.get_absolute_url(), definition.review_on))
    return bytes(calendar.to_ical())


def _event(uid: str, title: str, path: str, at: date | datetime) -> Event:
    event = Event()
    event.add("uid", f"{uid}@concord")
    event.add("summary", title)
    event.add("url", f"{settings.CONCORD_URL}{path}")
    event.add("dtstamp", timezone.now())
    event.add("dtstart", at)
    event.add("dtend", at + (timedelta(days=1) if not hasattr(at, "hour") else timedelta(minutes=15)))
    return event
