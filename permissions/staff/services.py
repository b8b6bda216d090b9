"""Starting and ending staff mode."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from permissions.appointing import require_administrator
from permissions.audit import record
from permissions.models import StaffMode, User


@transaction.atomic
def start_staff_mode(*, actor: User, reason: str) -> StaffMode:
    """Begin staff mode of `actor`; whoever calls has made sure that it is them.

    Raises `PermissionDenied` for anybody but administrators, `ValidationError` for a reason that says nothing.
    """
    require_administrator(actor)
    now = timezone.now()
    until = now + timedelta(minutes=settings.CONCORD_STAFF_MINUTES)
    mode = StaffMode(person=actor, reason=" ".join(reason.split()), started_at=now, until=until)
    mode.full_clean()
    mode.save()
    record("staff.started", actor=actor, thing=actor, after={"until": until}, note=mode.reason)
    return mode


@transaction.atomic
def end_staff_mode(*, actor: User, mode: StaffMode) -> None:
    """End it now; ending it again does nothing."""
    if StaffMode.objects.filter(pk=mode.pk, ended_at=None).update(ended_at=timezone.now()):
        record("staff.ended", actor=actor, thing=mode.person, note=mode.reason)
