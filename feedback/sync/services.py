"""Connecting trackers: the council and administrators do, and a tracker learns no more than whoever connected it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from feedback.models import Tracker
from notifications.webhooks.places import Refused, checked, place_of
from permissions.audit import record
from permissions.roles import may_manage_rules

if TYPE_CHECKING:
    from catalog.models import Domain
    from permissions.models import User

MOST = 20


@transaction.atomic
def connect(
    *, actor: User, kind: str, name: str, address: str, project: str, token: str, domain: Domain, account: str = ""
) -> Tracker:
    """Keep tickets of a domain in step with a project there, as far as the actor may read them.

    Raises `PermissionDenied`, `ValidationError`.
    """
    require_manager(actor)
    if Tracker.objects.count() >= MOST:
        raise ValidationError(f"At most {MOST} trackers are connected.")
    if kind == Tracker.Kind.GITHUB and project.count("/") != 1:
        raise ValidationError({"project": "Give owner/repository."})
    if kind == Tracker.Kind.JIRA and not account:
        raise ValidationError({"account": "Jira wants the mail address that the token belongs to."})
    try:
        checked(place_of(address))
    except Refused as error:
        raise ValidationError({"address": str(error)}) from error
    made = Tracker(kind=kind, name=name.strip(), address=address, project=project, domain=domain, speaks_for=actor)
    made.secrets = {"account": account, "token": token}
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise ValidationError({"name": "Another tracker has this name."}) from error
    record("feedback.tracker_made", actor=actor, after={"name": made.name, "address": address, "project": project})
    return made


@transaction.atomic
def switch(*, actor: User, tracker: Tracker, on: bool) -> None:
    """Go on with a tracker, or leave it alone; what was passed on stays on both sides. Raises `PermissionDenied`."""
    require_manager(actor)
    Tracker.objects.filter(pk=tracker.pk).update(off_at=None if on else timezone.now())
    record(f"feedback.tracker_{'on' if on else 'off'}", actor=actor, after={"name": tracker.name})


def require_manager(actor: User) -> None:
    """Raise `PermissionDenied` for who neither sits in the council nor administers."""
    if not may_manage_rules(actor):
        raise PermissionDenied("The council and administrators connect trackers.")
