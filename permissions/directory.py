"""People and teams as lists show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.functions import Lower

from permissions.models import Role, RoleGrant, Team, User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

ORDER = ("folded_last", "folded_first", "pk")


def people(words: str = "", *, closed: bool = False) -> QuerySet[User]:
    """Accounts of people, open or closed, in whose name, handle or job title every word occurs."""
    found = User.objects.filter(is_active=not closed, is_service=False)
    for word in words.split():
        found = found.filter(
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__icontains=word)
            | Q(title__icontains=word)
        )  # fmt: skip
    return _by_name(found)


def members(team: Team) -> QuerySet[User]:
    """Open accounts in a team, those of programs too."""
    return _by_name(User.objects.filter(teams=team, is_active=True))


def _by_name(found: QuerySet[User]) -> QuerySet[User]:
    return found.annotate(folded_last=Lower("last_name"), folded_first=Lower("first_name"))


def teams(words: str = "") -> QuerySet[Team]:
    """Teams in whose name every word occurs."""
    found = Team.objects.all()
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(slug__icontains=word))
    return found


def roles_given(whom: User | Team) -> list[RoleGrant]:
    """The roles of a person, their own and by teams, or those of a team."""
    mine = Q(team=whom) if isinstance(whom, Team) else Q(person=whom) | Q(team__members=whom)
    return list(RoleGrant.objects.filter(mine).select_related("team", "person", "given_by").distinct().order_by("role"))


def all_roles() -> list[tuple[Role, list[RoleGrant]]]:
    """Each role with whom it was given to."""
    given: Iterable[RoleGrant] = RoleGrant.objects.select_related("team", "person", "given_by").order_by("pk")
    rows = list(given)
    return [(role, [one for one in rows if one.role == role]) for role in Role]
