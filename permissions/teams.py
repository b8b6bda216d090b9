"""Making teams, and who is in them. Teams hold people and no other teams: there is no circle to go around in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from permissions.appointing import require_administrator, require_some_administrator
from permissions.audit import record
from permissions.models import RoleGrant, Team, User
from permissions.roles import is_administrator

if TYPE_CHECKING:
    from collections.abc import Collection


def may_edit(actor: User, team: Team) -> bool:
    """Whether `actor` says who is in a team: administrators, and its managers unless it has a role."""
    if is_administrator(actor):
        return True
    return team.managers.filter(pk=actor.pk).exists() and not RoleGrant.objects.filter(team=team).exists()


@transaction.atomic
def create_team(*, actor: User, name: str, slug: str, managers: Collection[User] = ()) -> Team:
    """Make a team. Raises `PermissionDenied`, and `ValidationError` for a name or short name that is taken."""
    require_administrator(actor)
    team = Team(name=name.strip(), slug=slug)
    team.full_clean()
    team.save()
    team.managers.set(managers)
    record("team.created", actor=actor, thing=team, after={"name": team.name, "managers": _names(managers)})
    return team


@transaction.atomic
def change_team(*, actor: User, team: Team, name: str, managers: Collection[User] | None = None) -> None:
    """Rename a team, and say who manages it. Managers rename; only administrators name managers."""
    _require_editor(actor, team)
    before = {"name": team.name, "managers": _names(team.managers.all())}
    team.name = name.strip()
    team.full_clean()
    team.save(update_fields=["name"])
    if managers is not None and is_administrator(actor):
        team.managers.set(managers)
    after = {"name": team.name, "managers": _names(team.managers.all())}
    if after != before:
        record("team.changed", actor=actor, thing=team, before=before, after=after)


@transaction.atomic
def add_member(*, actor: User, team: Team, person: User) -> None:
    """Put somebody into a team. Raises `PermissionDenied`, and `ValidationError` for a closed account."""
    _require_editor(actor, team)
    if not person.is_active:
        raise ValidationError({"person": f"The account of {person} is closed."})
    if not team.members.filter(pk=person.pk).exists():
        team.members.add(person)
        record("team.joined", actor=actor, thing=team, after={"person": person.username})


@transaction.atomic
def remove_member(*, actor: User, team: Team, person: User) -> None:
    """Take somebody out of a team: what they had by it ends at once. People may always leave."""
    if person != actor:
        _require_editor(actor, team)
    elif team.managed_by:
        raise PermissionDenied(_elsewhere(team))
    if team.members.filter(pk=person.pk).exists():
        team.members.remove(person)
        require_some_administrator()
        record("team.left", actor=actor, thing=team, before={"person": person.username})


def _require_editor(actor: User, team: Team) -> None:
    if team.managed_by:
        raise PermissionDenied(_elsewhere(team))
    if not may_edit(actor, team):
        raise PermissionDenied("Administrators and the team's managers do this.")


def _elsewhere(team: Team) -> str:
    return f"Who is in {team} is said elsewhere, by {team.get_managed_by_display()}. Change it there."


def _names(people: Collection[User]) -> list[str]:
    return sorted(person.username for person in people)
