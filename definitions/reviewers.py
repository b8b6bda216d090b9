"""Who reviews what is not agreed yet: its author and its steward, those who curate its domain, and the council."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q

from definitions.days import today
from permissions.access import is_limited
from permissions.holding import held_by
from permissions.models import Duty, User
from permissions.roles import is_council

if TYPE_CHECKING:
    from permissions.access import Viewer

NOBODY, ANYBODY = Q(pk__in=[]), Q(pk__isnull=False)


def reviewed_by(viewer: Viewer, path: str = "") -> Q:
    """The condition on definitions, or on rows that reach one by `path`, that the viewer reviews them."""
    if not isinstance(viewer, User) or not viewer.is_active:
        return NOBODY
    if is_council(viewer) or votes(viewer):
        return ANYBODY
    mine = Q(**{f"{path}author": viewer.pk}) | Q(**{f"{path}steward": viewer.pk})
    domains = held_by(viewer).ids(Duty.CURATE, "domain")
    return mine | Q(**{f"{path}domain__in": domains}) if domains else mine


def votes(viewer: User) -> bool:
    """Whether they hold a seat in the council, or stand in for one; read once for each user object.

    A token that is limited to some labels speaks for no seat.
    """
    known: bool | None = getattr(viewer, "_votes", None)
    if known is None:
        sitting = apps.get_model("definitions", "Seat").objects.sitting(today())
        known = viewer._votes = sitting.of(viewer.pk).exists()  # type: ignore[attr-defined]
    return known and not is_limited(viewer)
