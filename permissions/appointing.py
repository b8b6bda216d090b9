"""Giving and taking roles."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from permissions.audit import record
from permissions.models import Role, RoleGrant, Team, User
from permissions.roles import administrators, is_administrator

NOBODY_LEFT = "Somebody must stay an administrator. Give another person the role first."


@transaction.atomic
def give_role(*, actor: User, role: Role | str, whom: User | Team) -> RoleGrant:
    """Give `whom` a role, from their next request on. Giving it twice is giving it once.

    Raises `PermissionDenied` for an actor who is no administrator, `ValidationError` for an unknown role or a
    closed account.
    """
    require_administrator(actor)
    if isinstance(whom, User) and not whom.is_active:
        raise ValidationError(f"The account of {whom} is closed.")
    if isinstance(whom, User) and whom.is_service and role == Role.ADMINISTRATOR:
        raise ValidationError(f"{whom} is the account of a program, and cannot be an administrator.")
    if role not in Role.values:
        raise ValidationError(f"There is no role “{role}”. Roles are {', '.join(Role.values)}.")
    grant, new = RoleGrant.objects.get_or_create(role=role, **given_to(whom), defaults={"given_by": actor})
    if new:
        record("role.given", actor=actor, thing=whom, after={"role": role})
    return grant


@transaction.atomic
def take_role(*, actor: User, grant: RoleGrant) -> None:
    """End a role. Raises `PermissionDenied`, and `ValidationError` when no administrator would be left."""
    require_administrator(actor)
    list(RoleGrant.objects.select_for_update().filter(role=Role.ADMINISTRATOR))  # two who leave at once
    ended, _ = RoleGrant.objects.filter(pk=grant.pk).delete()
    require_some_administrator()
    if ended:
        record("role.removed", actor=actor, thing=grant.whom, before={"role": grant.role})


def require_administrator(actor: User) -> None:
    """Raise `PermissionDenied` for anybody else."""
    if not is_administrator(actor):
        raise PermissionDenied("Only administrators do this.")


def require_some_administrator() -> None:
    """Raise `ValidationError` when a change left nobody who could undo it; the transaction is then undone."""
    if not administrators().exists():
        raise ValidationError(NOBODY_LEFT)


def given_to(whom: User | Team) -> dict[str, User | Team | None]:
    """The columns of a `Given` row for a person or a team."""
    return {"person": whom, "team": None} if isinstance(whom, User) else {"person": None, "team": whom}
