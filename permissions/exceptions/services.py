"""Waiving a rule for a person or a team, for longer, and no more."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from permissions.access_requests.deciders import may_make_exceptions, profits
from permissions.audit import record
from permissions.exceptions.notices import tell_changed, tell_made, tell_withdrawn
from permissions.labels import validate_label
from permissions.models import OptOutRule, RuleException
from permissions.rules.carriers import note_named

if TYPE_CHECKING:
    from collections.abc import Collection

    from permissions.models import Team, User

STANDING_DAYS = 366  # the longest without somebody looking at it again
OWN = "Nobody makes an exception for themselves, nor for a team they are in."


def end_of(day: date) -> datetime:
    """The end of a day in UTC."""
    return datetime.combine(day, time(23, 59, 59), UTC)


def waive(
    *, actor: User, rule: OptOutRule, person: User | None, team: Team | None, label: str, purpose: str,
    until: datetime, most_days: int = STANDING_DAYS,
) -> RuleException:  # fmt: skip
    """Make an exception; the caller holds the rule and has seen that `actor` may. Raises `ValidationError`."""
    check_end(until, most_days)
    if profits(actor, of_person=person.pk if person else None, of_team=team.pk if team else None):
        raise PermissionDenied(OWN)
    exception = RuleException(
        rule=rule, person=person, team=team, label=label, purpose=purpose.strip(), approved_by=actor, until=until,
        starts_at=timezone.now(),
    )  # fmt: skip
    exception.full_clean(exclude=["rule"])
    exception.save()
    note_named(label)
    record("exception.granted", actor=actor, thing=exception, after=_told(exception), note=exception.purpose)
    return exception


def _told(exception: RuleException) -> dict[str, Any]:
    """What the record keeps of an exception."""
    whom = {"person": str(exception.person or ""), "team": str(exception.team or "")}
    return whom | {"rule": str(exception.rule), "label": exception.label, "until": exception.until}


def check_end(until: datetime, most_days: int = STANDING_DAYS) -> None:
    """Raise `ValidationError` for an end that has passed or is more than some days away."""
    now = timezone.now()
    if until <= now:
        raise ValidationError({"until": "The end must lie in the future."})
    latest = end_of(now.astimezone(UTC).date() + timedelta(days=most_days))
    if until > latest:
        raise ValidationError({"until": f"The latest day is {latest.day} {latest:%B %Y}, {most_days} days from now."})


@transaction.atomic
def make_exception(
    *, actor: User, rule: OptOutRule, until: date, purpose: str, person: User | None = None, team: Team | None = None,
    label: str = "",
) -> RuleException:  # fmt: skip
    """Make a standing exception from a rule, unasked. Raises `PermissionDenied` and `ValidationError`."""
    held = _held(rule)
    if not may_make_exceptions(actor, held):
        raise PermissionDenied("The rule's owner makes exceptions from it, or the council.")
    if label:
        validate_label(label)
    exception = waive(
        actor=actor, rule=held, person=person, team=team, label=label, purpose=purpose, until=end_of(until)
    )
    tell_made(exception)
    return exception


def _held(rule: OptOutRule) -> OptOutRule:
    held = OptOutRule.objects.select_for_update().get(pk=rule.pk)
    if held.withdrawn_at:
        raise ValidationError("This rule was withdrawn: there is nothing to make an exception from.")
    return held


@transaction.atomic
def extend_exception(*, actor: User, exception: RuleException, until: date) -> RuleException:
    """Look at an exception again and move its end. Raises `PermissionDenied` and `ValidationError`."""
    held = _held_exception(exception)
    _require_judge(actor, held)
    if held.state not in ("active", "planned"):
        raise ValidationError(f"This exception is {held.state} already. Make a new one.")
    check_end(end_of(until))
    before = {"until": held.until}
    held.until, held.warned_at, held.review_asked_at = end_of(until), None, None
    held.save(update_fields=["until", "warned_at", "review_asked_at"])
    record("exception.changed", actor=actor, thing=held, before=before, after={"until": held.until})
    tell_changed(held)
    return held


@transaction.atomic
def withdraw_exception(*, actor: User, exception: RuleException, because: str) -> bool:
    """End an exception now and say why; returns whether it held. Raises `PermissionDenied` and `ValidationError`."""
    held = _held_exception(exception)
    if held.person_id != actor.pk:
        _require_judge(actor, held)
    if len(because.strip()) < 5:
        raise ValidationError({"because": "Say why: the person is told."})
    ended = end_exceptions(actor=actor, ids=[held.pk], because=because)
    if ended and held.person_id != actor.pk:
        tell_withdrawn(held, because)
    return bool(ended)


def end_exceptions(*, actor: User, ids: Collection[int], because: str) -> int:
    """End those of some exceptions that have not ended; returns how many."""
    now = timezone.now()
    holding = RuleException.objects.filter(pk__in=ids, withdrawn_at=None, until__gt=now)
    ending = list(holding.select_for_update(of=("self",)).select_related("rule", "person", "team"))
    for exception in ending:
        record("exception.withdrawn", actor=actor, thing=exception, note=because)
    return RuleException.objects.filter(pk__in=[one.pk for one in ending]).update(
        withdrawn_at=now, withdrawn_by=actor, withdrawn_because=because.strip(), end_told_at=now
    )


def _held_exception(exception: RuleException) -> RuleException:
    held = RuleException.objects.select_for_update(of=("self",))
    return held.select_related("rule__owner", "person", "team").get(pk=exception.pk)


def _require_judge(actor: User, exception: RuleException) -> None:
    if not may_make_exceptions(actor, exception.rule):
        raise PermissionDenied("The rule's owner decides about its exceptions, or the council.")
    if profits(actor, of_person=exception.person_id, of_team=exception.team_id):
        raise PermissionDenied(OWN)
