"""Teams, as SCIM reads and writes them: those that it manages, and no others."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, ProtectedError, QuerySet
from django.utils.text import slugify
from scim2_models import InvalidValueException, Meta, UniquenessException

from permissions.audit import record
from permissions.models import Team
from permissions.models import User as Person
from permissions.scim.people import people
from permissions.scim.resources import MOST_MEMBERS, Group, Member

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = {
    "id": "pk",
    "displayname": "name",
    "externalid": "external_id",
    "members": "members",
    "members.value": "members",
}
LONGEST_NAME = 120


def groups() -> QuerySet[Team]:
    """The teams that SCIM manages; administrators hand it others under Administration."""
    known = Prefetch("members", Person.objects.order_by("pk"), to_attr="scim_members")
    return Team.objects.filter(managed_by=Team.Manager.SCIM).prefetch_related(known).order_by("pk")


def told(team: Team, at: Callable[[str, int], str]) -> Group:
    """Return what is told of a team; `at` gives the address of a resource."""
    members = [
        Member(value=str(person.pk), ref=at("Users", person.pk))
        for person in team.scim_members  # type: ignore[attr-defined]
    ]
    return Group(
        id=str(team.pk),
        external_id=team.external_id or None,
        display_name=team.name,
        members=members or None,
        meta=Meta(resource_type="Group", location=at("Groups", team.pk)),
    )


@transaction.atomic
def create(*, actor: Person, wanted: Group) -> Team:
    """Make a team. Raises SCIM's exceptions."""
    return _write(actor, Team(managed_by=Team.Manager.SCIM), wanted)


@transaction.atomic
def change(*, actor: Person, team: Team, wanted: Group) -> Team:
    """Make a team what is wanted. Raises SCIM's exceptions."""
    return _write(actor, Team.objects.select_for_update().get(pk=team.pk), wanted)


@transaction.atomic
def delete(*, actor: Person, team: Team) -> None:
    """Remove a team; one that rules or grants name is emptied and kept, for without it they would mean nothing."""
    record("scim.changed", actor=actor, thing=team, before=_state(team), note="deleted")
    team.members.clear()
    if any(_names(team)):
        Team.objects.filter(pk=team.pk).update(managed_by=Team.Manager.HERE, external_id="")
        return
    try:
        with transaction.atomic():
            team.delete()
    except ProtectedError:
        Team.objects.filter(pk=team.pk).update(managed_by=Team.Manager.HERE, external_id="")


def _names(team: Team) -> list[bool]:
    """Whether anything but its members hangs on a team, for each thing that could."""
    relations = (one for one in team._meta.related_objects if one.get_accessor_name())
    return [getattr(team, str(one.get_accessor_name())).exists() for one in relations]


def _write(actor: Person, team: Team, wanted: Group) -> Team:
    before = _state(team) if team.pk else None
    team.name = _name(wanted.display_name)
    team.external_id = (wanted.external_id or "").replace("\0", "")[: Team.LONGEST_EXTERNAL]
    if not team.pk:
        team.slug = _free_slug(team.name)
    members = _members(wanted)
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise UniquenessException(detail="A team has this name or externalId already.") from error
    team.members.set(members)
    record("scim.changed", actor=actor, thing=team, before=before, after=_state(team))
    return team


def _name(wished: str | None) -> str:
    name = (wished or "").strip()
    if not name or len(name) > LONGEST_NAME or "\0" in name:
        raise InvalidValueException(detail=f"displayName holds between 1 and {LONGEST_NAME} characters.")
    if Team.objects.filter(name__iexact=name).exclude(managed_by=Team.Manager.SCIM).exists():
        raise UniquenessException(detail="A team that people manage in Concord has this name.")
    return name


def _free_slug(name: str) -> str:
    slug = slugify(name)[:40] or "team"
    taken = Team.objects.filter(slug=slug).exists()
    return f"{slug}-{sha256(name.encode()).hexdigest()[:8]}" if taken else slug


def _members(wanted: Group) -> list[int]:
    ids = [str(member.value or "") for member in wanted.members or []]
    if len(ids) > MOST_MEMBERS:
        raise InvalidValueException(detail=f"A group has at most {MOST_MEMBERS} members.")
    numbers = {int(one) for one in ids if one.isdecimal() and len(one) < 19}
    known = set(people().filter(pk__in=numbers).values_list("pk", flat=True))
    if unknown := [one for one in ids if not (one.isdecimal() and len(one) < 19 and int(one) in known)]:
        raise InvalidValueException(detail=f"There is no user {unknown[0][:40]!r}; groups hold users only.")
    return sorted(known)


def _state(team: Team) -> dict[str, object]:
    """What the record keeps of a team that SCIM changes."""
    members = team.members.order_by("username").values_list("username", flat=True)
    return {"name": team.name, "externalId": team.external_id, "members": list(members)}
