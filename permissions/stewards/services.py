"""Giving and taking grants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from permissions.appointing import given_to
from permissions.audit import record
from permissions.models import GRANTABLE, Duty, User
from permissions.roles import may_manage_rules
from permissions.rules.uncovered import note_uncovered
from permissions.stewards.notices import people_of, tell_of_grant

if TYPE_CHECKING:
    from permissions.models import Answerable, Grant, Team


def may_appoint(actor: User, duty: Duty, thing: Answerable) -> bool:
    """Whether `actor` decides who has a duty on a thing: who answers for it and has it; the council for all."""
    return actor.has_perm(Duty.APPOINT, thing) and (may_manage_rules(actor) or actor.has_perm(duty, thing))


def appointable(actor: User, thing: Answerable) -> list[Duty]:
    """The duties on a thing that `actor` may give."""
    return [duty for duty in thing.duties if may_appoint(actor, duty, thing)]


@transaction.atomic
def give_grant(*, actor: User, thing: Answerable, duty: Duty | str, whom: User | Team) -> Grant:
    """Give a duty on a thing, from the next request on, and tell them. Giving it twice is giving it once.

    Raises `PermissionDenied`, and `ValidationError` for a duty that the thing does not have or a closed account.
    """
    if duty not in GRANTABLE or Duty(duty) not in thing.duties:
        raise ValidationError({"duty": f"Choose one of {', '.join(thing.duties)}."})
    _require_appointer(actor, Duty(duty), thing)
    if isinstance(whom, User) and not whom.is_active:
        raise ValidationError({"person": f"The account of {whom} is closed."})
    grants = thing.all_grants()
    grant: Grant
    grant, new = grants.get_or_create(thing=thing, duty=duty, **given_to(whom), defaults={"given_by": actor})
    if new:
        record("grant.given", actor=actor, thing=thing, after={"duty": duty, "to": str(whom)})
        tell_of_grant(grant, f"You may {Duty(duty).label} {thing} now", actor)
    return grant


@transaction.atomic
def take_grant(*, actor: User, grant: Grant) -> None:
    """End a grant, and tell them. Raises `PermissionDenied`; who has it may always give it back."""
    if grant.person_id != actor.pk:
        _require_appointer(actor, Duty(grant.duty), grant.thing)
    ended, _ = type(grant)._default_manager.filter(pk=grant.pk).delete()
    if ended:
        record("grant.removed", actor=actor, thing=grant.thing, before={"duty": grant.duty, "to": str(grant.whom)})
        tell_of_grant(grant, f"You no longer {Duty(grant.duty).label} {grant.thing}", actor)
        if grant.duty == Duty.MANAGE_RULES:
            note_uncovered(people_of(grant))


def _require_appointer(actor: User, duty: Duty, thing: Answerable) -> None:
    if not may_appoint(actor, duty, thing):
        raise PermissionDenied(
            f"Who may {duty.label} here is decided by those who answer for it and may do so, or by the council."
        )
