"""Telling people, and what they have read of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from notifications.choosing import with_choices
from notifications.models import Mail, Notice
from notifications.subjects import still_open

if TYPE_CHECKING:
    from collections.abc import Iterable

KEPT = timedelta(days=90)  # once read
MOST_COUNTED = 100


def tell(notices: Iterable[Notice]) -> int:
    """Put notices into their people's inboxes, to be mailed as they chose; returns how many there were to tell.

    Whoever calls makes none about what is closed. Nothing is told of what somebody has muted, and nothing with a key
    that they were told before.
    """
    told = with_choices(list(notices))
    Notice.objects.bulk_create(told, batch_size=1_000, ignore_conflicts=True)
    return len(told)


def unread_count(person: Any) -> int:
    """How many unread notices `person` may see, counted up to `MOST_COUNTED`."""
    latest = Notice.objects.filter(person=person).unread().order_by("-created_at", "-pk")
    return len(still_open(person, latest.only("subject", "subject_id")[:MOST_COUNTED]))


def mark_read(*, actor: Any, notice: Notice | None = None) -> int:
    """Mark one notice of `actor` as read, or all of them; returns how many had not been."""
    mine = Notice.objects.filter(person=actor).unread()
    if notice is not None:
        mine = mine.filter(pk=notice.pk)
    return mine.update(read_at=timezone.now())


def remove_old() -> int:
    """Remove notices that were read, and made, more than 90 days ago; returns how many."""
    before = timezone.now() - KEPT
    removed, _ = Notice.objects.filter(created_at__lt=before, read_at__lt=before).delete()
    Mail.objects.filter(made_at__lt=before).exclude(state=Mail.State.WAITING).delete()
    return removed
