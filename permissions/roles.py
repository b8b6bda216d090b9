"""Who has which role. Read once for each user object, as denials are: a role holds from the very next request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permissions.access import is_limited
from permissions.models.given import mine
from permissions.models.grants import Duty
from permissions.models.people import User
from permissions.models.roles import Role, RoleGrant

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from permissions.access import Viewer

OVER_ALL = frozenset({Role.ADMINISTRATOR, Role.COUNCIL})


def roles_of(viewer: Viewer) -> frozenset[Role]:
    """The roles of a person, their own and those of their teams; none of a stranger or a closed account.

    A token that is limited to some labels brings no role over all that there is.
    """
    if not isinstance(viewer, User) or not viewer.is_active or viewer.pk is None:
        return frozenset()
    known: frozenset[Role] | None = getattr(viewer, "_roles", None)
    if known is None:
        known = frozenset(Role(role) for role in RoleGrant.objects.filter(mine(viewer)).values_list("role", flat=True))
        viewer._roles = known  # type: ignore[attr-defined]
    return known - OVER_ALL if is_limited(viewer) else known


def forget_roles(viewer: User) -> None:
    """Make the next `roles_of` read again, for a user object that outlives a request."""
    viewer.__dict__.pop("_roles", None)


def is_administrator(viewer: Viewer) -> bool:
    """Whether they manage people, teams, roles and settings."""
    return Role.ADMINISTRATOR in roles_of(viewer)


def is_council(viewer: Viewer) -> bool:
    """Whether they sit in the data council."""
    return Role.COUNCIL in roles_of(viewer)


def is_engineer(viewer: Viewer) -> bool:
    """Whether they may connect sources and manage those they may see."""
    return Role.ENGINEER in roles_of(viewer)


def may_manage_rules(viewer: Viewer) -> bool:
    """Whether they may write opt-out rules on any label, and decide on requests nobody answers."""
    return not roles_of(viewer).isdisjoint({Role.ADMINISTRATOR, Role.COUNCIL})


def everywhere(viewer: Viewer) -> frozenset[Duty]:
    """The duties that their roles give a person on everything that is open to them."""
    if isinstance(viewer, User) and viewer.staff_mode is not None and viewer.is_superuser:
        return frozenset(Duty)
    found = set()
    if is_engineer(viewer):
        found.add(Duty.MANAGE_SOURCE)
    if may_manage_rules(viewer):
        found |= {Duty.MANAGE_RULES, Duty.APPOINT}
    return frozenset(found)


def holders(role: Role) -> QuerySet[User]:
    """The active people who have a role, directly or by a team, each once."""
    given = RoleGrant.objects.filter(role=role)
    direct = User.objects.filter(pk__in=given.values("person"))
    by_team = User.objects.filter(teams__in=given.values("team"))
    return User.objects.filter(pk__in=direct.values("pk").union(by_team.values("pk")), is_active=True)


def administrators() -> QuerySet[User]:
    """Everybody who is an administrator now."""
    return holders(Role.ADMINISTRATOR)


def council_members() -> QuerySet[User]:
    """Everybody in the data council now."""
    return holders(Role.COUNCIL)
