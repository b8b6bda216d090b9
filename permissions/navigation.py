"""The entries about people in the main navigation."""

from __future__ import annotations

from django.core.cache import cache
from django.db.models import Value

from core.navigation import NavItem
from permissions.models import Role, RoleGrant, User
from permissions.models.given import mine

ANSWERS = "answers for a program"
REMEMBERED = 60  # seconds: asked on every page; the pages themselves ask anew


def _doors(person: User) -> tuple[bool, bool]:
    """Whether the record, and the list of service accounts, hold anything for the person; as of a moment ago."""
    key = f"navigation.doors.{person.pk}"
    known: tuple[bool, bool] | None = cache.get(key)
    if known is None:
        roles = RoleGrant.objects.filter(mine(person)).order_by().values_list("role")
        programs = User.objects.filter(answered_by=person).order_by().values_list(Value(ANSWERS))
        found = {word for (word,) in roles.union(programs)}
        known = bool(found & {Role.ADMINISTRATOR, Role.COUNCIL}), bool(found & {Role.ADMINISTRATOR, ANSWERS})
        cache.set(key, known, REMEMBERED)
    return known


def _reads_record(person: User) -> bool:
    return _doors(person)[0]


def _works_with_programs(person: User) -> bool:
    return _doors(person)[1]


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
        staff=True,
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
