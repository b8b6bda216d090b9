"""Who sits in the council, and how it decides: set by the council and by administrators, on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from definitions.models import DecisionRule, Kind, Seat
from definitions.proposing import DEFAULTS
from permissions.audit import record
from permissions.roles import may_manage_rules

if TYPE_CHECKING:
    from datetime import date

    from permissions.models import User


def _require_manager(actor: User) -> None:
    if not may_manage_rules(actor):
        raise PermissionDenied("The council and administrators give seats and set how it is decided.")


@transaction.atomic
def save_seat(
    *, actor: User, seat: Seat | None = None, represents: str, person: User, deputy: User | None, begins_on: date,
    ends_on: date | None,
) -> Seat:  # fmt: skip
    """Give a seat, or change who holds it and until when. Votes already cast stay on record under their names.

    Raises `PermissionDenied`, `ValidationError`.
    """
    _require_manager(actor)
    row = Seat.objects.select_for_update().get(pk=seat.pk) if seat else Seat()
    before = told(row) if seat else None
    row.represents, row.person, row.deputy = represents.strip(), person, deputy
    row.begins_on, row.ends_on = begins_on, ends_on
    if deputy == person:
        raise ValidationError({"deputy": "A deputy is somebody else."})
    if ends_on and ends_on < begins_on:
        raise ValidationError({"ends_on": "It ends before it begins."})
    row.save()
    record("seat.changed" if seat else "seat.given", actor=actor, thing=row, before=before, after=told(row))
    return row


def told(seat: Seat) -> dict[str, Any]:
    """What the record keeps of a seat."""
    return {
        "represents": seat.represents, "person": seat.person.username,
        "deputy": seat.deputy.username if seat.deputy else None, "begins_on": seat.begins_on, "ends_on": seat.ends_on,
    }  # fmt: skip


@transaction.atomic
def set_rule(*, actor: User, kind: Kind, method: str, quorum: int, days: int, required: list[str]) -> DecisionRule:
    """Set how proposals of a kind are decided from now on; votes that are under way keep their rule.

    Raises `PermissionDenied`.
    """
    _require_manager(actor)
    row = DecisionRule.objects.select_for_update().filter(kind=kind).first() or DecisionRule(kind=kind)
    before = _rule_told(row if row.pk else DEFAULTS[kind])
    row.method, row.quorum, row.days, row.required = method, quorum, days, required
    row.save()
    record("decision_rule.changed", actor=actor, thing=row, before=before, after=_rule_told(row))
    return row


def _rule_told(rule: DecisionRule) -> dict[str, Any]:
    return {"method": rule.method, "quorum": rule.quorum, "days": rule.days, "required": list(rule.required)}
