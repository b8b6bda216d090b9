"""The entries about people in the main navigation."""

from __future__ import annotations

from django.core.cache import cache
from django.db.models import Value

from core.navigation import NavItem
from permissions.models import Role, RoleGrant, User
from permissions.models.given import mine

ANSWERS = "answers for a program"
REMEMBERED = 60  # seconds: asked on every page; the pages themselves ask anew


def _holds(person: User) -> set[str]:
    """The person's roles, and whether they answer for programs; as of a moment ago."""
    key = f"navigation.doors.{person.pk}"
    known: set[str] | None = cache.get(key)
    if known is None:
        roles = RoleGrant.objects.filter(mine(person)).order_by().values_list("role")
        programs = User.objects.filter(answered_by=person).order_by().values_list(Value(ANSWERS))
        known = {word for (word,) in roles.union(programs)}
        cache.set(key, known, REMEMBERED)
    return known


def administers(person: User) -> bool:
    """Whether the entries of administrators are shown: in staff mode and outside of it."""
    return Role.ADMINISTRATOR in _holds(person)


def _reads_record(person: User) -> bool:
    return bool(_holds(person) & {Role.ADMINISTRATOR, Role.COUNCIL})


def _works_with_programs(person: User) -> bool:
    return bool(_holds(person) & {Role.ADMINISTRATOR, ANSWERS})


ITEMS = (
    NavItem(title="Rules", url_name="permissions:rules", icon="lock", order=600, section="Access"),
    NavItem(title="Requests", url_name="permissions:requests", icon="key", order=610, section="Access"),
    NavItem(title="Exceptions", url_name="permissions:exceptions", icon="lock-open", order=620, section="Access"),
    NavItem(title="Who sees what", url_name="permissions:explain", icon="user-question", order=630, section="Access"),
    NavItem(title="People", url_name="permissions:people", icon="users", order=640, section="Access"),
    NavItem(
        title="Service accounts",
        url_name="permissions:service_accounts",
        icon="robot",
        order=830,
        section="Administration",
        shown=_works_with_programs,
    ),
    NavItem(
        title="Webhooks",
        url_name="permissions:webhooks",
        icon="webhook",
        order=835,
        section="Administration",
        shown=administers,
    ),
    NavItem(
        title="Audit",
        url_name="permissions:audit",
        icon="history",
        order=840,
        section="Administration",
        shown=_reads_record,
    ),
)
