"""Who promises what to those who report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalog.models import Dataset, Domain
from feedback.clocks import NoWorkingTime, after_working, public_holidays
from feedback.models import ServiceLevel
from permissions.audit import record
from permissions.models import Duty
from permissions.roles import may_manage_rules

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from permissions.models import User

Thing = Dataset | Domain | None


def may_set_level(viewer: User, thing: Thing) -> bool:
    """Whether they triage it; of all the rest, whether they sit in the council or administer."""
    return may_manage_rules(viewer) if thing is None else viewer.has_perm(Duty.TRIAGE, thing)


def levels_known_to(viewer: User) -> QuerySet[ServiceLevel]:
    """Levels of things that the viewer may know of: that of all the rest first, then by name."""
    known = (
        Q(dataset=None, domain=None)
        | Q(dataset__in=Dataset.objects.readable_by(viewer).filter(service_level__isnull=False))
        | Q(domain__in=Domain.objects.visible_to(viewer))
    )
    found = ServiceLevel.objects.filter(known).select_related("dataset", "dataset__source", "domain", "set_by")
    return found.order_by("domain__name", "dataset__name", "pk")


@transaction.atomic
def set_level(*, actor: User, thing: Thing, **values: Any) -> ServiceLevel:
    """Promise something for a dataset, a domain or all the rest, from now on. Raises `ValidationError`,
    `PermissionDenied`."""
    _require(actor, thing)
    level = _of(thing).select_for_update().first() or ServiceLevel(**_columns(thing))
    for name, value in values.items():
        setattr(level, name, value)
    level.set_by, level.set_at = actor, timezone.now()
    _check(level)
    level.save()
    record("feedback.level_set", actor=actor, thing=thing)
    return level


@transaction.atomic
def remove_level(*, actor: User, thing: Thing) -> None:
    """Promise nothing for it any more. Raises `PermissionDenied`."""
    _require(actor, thing)
    if _of(thing).delete()[0]:
        record("feedback.level_removed", actor=actor, thing=thing)


def _require(actor: User, thing: Thing) -> None:
    if not may_set_level(actor, thing):
        raise PermissionDenied("Only those who triage it may promise something for it.")


def _columns(thing: Thing) -> dict[str, Any]:
    return {
        "dataset": thing if isinstance(thing, Dataset) else None,
        "domain": thing if isinstance(thing, Domain) else None,
    }


def _of(thing: Thing) -> QuerySet[ServiceLevel]:
    return ServiceLevel.objects.filter(**_columns(thing))


def _check(level: ServiceLevel) -> None:
    """Raise `ValidationError` where somebody could wait for ever."""
    try:
        public_holidays(level.country, level.subdivision)
    except ValueError as error:
        raise ValidationError({"subdivision" if level.subdivision else "country": str(error)}) from error
    try:
        after_working(level.hours, timezone.now().astimezone(ZoneInfo(level.time_zone)), 1)
    except NoWorkingTime as error:
        raise ValidationError(str(error)) from error
    except ValueError as error:
        raise ValidationError({"closes": str(error)}) from error
