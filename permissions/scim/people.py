"""People, as SCIM reads and writes them.

It may do all to accounts that follow it. It takes up others when it first writes to them, except administrators': those
stay out of its reach unless it made them, so that its token is no way to become one or to lock all of them out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from scim2_models import InvalidValueException, Meta, UniquenessException

from permissions.accounts.closing import close_account, open_account
from permissions.accounts.usernames import free_username
from permissions.audit import record
from permissions.models import ScimAccount, Team
from permissions.models import User as Person
from permissions.roles import administrators, is_administrator
from permissions.scim.errors import Forbidden
from permissions.scim.resources import Email, GroupOfUser, Name, User

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = {
    "id": "pk", "username": "scim_name", "externalid": "scim__external_id", "active": "is_active", "title": "title",
    "name.givenname": "first_name", "name.familyname": "last_name", "emails": "email", "emails.value": "email",
}  # fmt: skip
LONGEST = {"first_name": 150, "last_name": 150, "title": 120}
NOT_YOURS = "This account administers Concord, and was not made by SCIM: change it in Concord."


def people() -> QuerySet[Person]:
    """Everybody whom SCIM knows of: no service accounts, and nobody whom it deleted."""
    managed = Team.objects.filter(managed_by=Team.Manager.SCIM)
    return (
        Person.objects.filter(Q(scim=None) | Q(scim__deleted_at=None), is_service=False)
        .annotate(scim_name=Coalesce("scim__user_name", "username"))
        .select_related("scim")
        .prefetch_related(Prefetch("teams", managed, to_attr="scim_teams"))
        .order_by("pk")
    )


def told(person: Person, at: Callable[[str, int], str]) -> User:
    """Return what is told of a person; `at` gives the address of a resource."""
    kept = _kept(person)
    own = [{"value": person.email, "type": "work", "primary": True}] if person.email else []
    emails = kept.emails if kept else own
    names = Name(given_name=person.first_name or None, family_name=person.last_name or None)
    return User(
        id=str(person.pk),
        external_id=(kept.external_id or None) if kept else None,
        user_name=kept.user_name if kept else person.username,
        name=names if person.first_name or person.last_name else None,
        title=person.title or None,
        active=person.is_active if kept is None or kept.says_active else None,
        emails=[Email.model_validate(email) for email in emails] or None,
        groups=[
            GroupOfUser(value=str(team.pk), ref=at("Groups", team.pk), display=team.name) for team in _teams(person)
        ]
        or None,
        meta=Meta(
            resource_type="User",
            created=person.date_joined,
            last_modified=kept.changed_at if kept else person.date_joined,
            location=at("Users", person.pk),
        ),
    )


@transaction.atomic
def create(*, actor: Person, wanted: User) -> Person:
    """Make an account, or take up again one that was deleted. Raises SCIM's exceptions."""
    name = _user_name(wanted)
    gone = ScimAccount.objects.filter(user_name__iexact=name, deleted_at__isnull=False).first()
    if gone is not None:
        person = gone.user
    else:
        if Person.objects.filter(is_service=False, username__iexact=name, scim=None).exists():
            raise UniquenessException(detail="Somebody is called so already: find them by userName, and change them.")
        person = Person(username=free_username(name.partition("@")[0]), is_active=True)
        person.set_unusable_password()
    return _write(actor, person, wanted, new=gone is None)


@transaction.atomic
def change(*, actor: Person, person: Person, wanted: User) -> Person:
    """Make an account what is wanted. Raises SCIM's exceptions."""
    locked = Person.objects.select_for_update().get(pk=person.pk)
    return _write(actor, locked, wanted, new=False)


@transaction.atomic
def delete(*, actor: Person, person: Person) -> None:
    """Close an account and forget it here; what the person wrote stays. Raises `Forbidden`."""
    _require_reach(person)
    kept, _ = ScimAccount.objects.get_or_create(
        user=person, defaults={"user_name": person.username, "emails": _plain(told(person, lambda kind, pk: "").emails)}
    )
    kept.deleted_at = timezone.now()
    kept.save()
    _close(actor, person, "deleted by SCIM")
    for team in Team.objects.filter(managed_by=Team.Manager.SCIM, members=person):
        team.members.remove(person)


def _write(actor: Person, person: Person, wanted: User, *, new: bool) -> Person:
    if not new:
        _require_reach(person)
    before = None if new else _state(person)
    kept = _kept(person) or ScimAccount()
    revived = kept.deleted_at is not None
    _fill(person, kept, wanted)
    try:
        with transaction.atomic():
            person.full_clean(exclude=["password"])
            person.save()
            kept.user = person
            kept.save()
    except (ValidationError, IntegrityError) as error:
        raise UniquenessException(detail=_words(error)) from error
    record("scim.changed", actor=actor, thing=person, before=before, after=_state(person))
    _settle_activity(actor, person, active=True if revived and wanted.active is None else wanted.active)
    return person


def _fill(person: Person, kept: ScimAccount, wanted: User) -> None:
    names = wanted.name or Name()
    values = {"first_name": names.given_name, "last_name": names.family_name, "title": wanted.title}
    for field, value in values.items():
        setattr(person, field, _bounded(field, value or ""))
    emails = _plain(wanted.emails)
    email = _address(emails)
    if person.pk and _administers(person) and email != person.email.lower():
        raise Forbidden(detail="The address of an administrator is changed in Concord.")
    person.email = email
    kept.user_name = _user_name(wanted)
    kept.external_id = _bounded("external_id", wanted.external_id or "", 255)
    kept.emails, kept.deleted_at, kept.says_active = emails, None, wanted.active is not None


def _user_name(wanted: User) -> str:
    name = _bounded("userName", (wanted.user_name or "").strip(), 255)
    if not name:
        raise InvalidValueException(detail="userName must not be empty.")
    return name


def _bounded(field: str, value: str, longest: int = 0) -> str:
    if "\0" in value or len(value) > (longest or LONGEST[field]):
        raise InvalidValueException(detail=f"{field} holds at most {longest or LONGEST[field]} characters of text.")
    return value


def _plain(emails: list[Email] | None) -> list[dict[str, Any]]:
    return [one.model_dump(exclude_none=True) for one in (emails or [])[:20] if one.value]


def _address(emails: list[dict[str, Any]]) -> str:
    """The primary address, or the first that is one."""
    for one in sorted(emails, key=lambda email: not email.get("primary")):
        try:
            validate_email(one["value"])
        except ValidationError:
            continue
        return str(one["value"]).lower()
    return ""


def _settle_activity(actor: Person, person: Person, *, active: bool | None) -> None:
    """Open or close the account; where nothing is said it stays as it is."""
    if active is True and not person.is_active:
        open_account(actor=actor, person=person, note="by SCIM")
    elif active is False and person.is_active:
        _close(actor, person, "by SCIM")


def _close(actor: Person, person: Person, note: str) -> None:
    administers = _administers(person)
    close_account(actor=actor, person=person, note=note)
    if administers and not administrators().exists():
        raise Forbidden(detail="Nobody would be left who administers Concord.")


def _require_reach(person: Person) -> None:
    if _administers(person) and _kept(person) is None:
        raise Forbidden(detail=NOT_YOURS)


def _administers(person: Person) -> bool:
    return is_administrator(person)


def _kept(person: Person) -> ScimAccount | None:
    found: ScimAccount | None = getattr(person, "scim", None) if person.pk else None
    return found


def _teams(person: Person) -> list[Team]:
    known: list[Team] | None = getattr(person, "scim_teams", None)
    return known if known is not None else list(person.teams.filter(managed_by=Team.Manager.SCIM))


def _state(person: Person) -> dict[str, object]:
    """What the record keeps of an account that SCIM changes."""
    kept = _kept(person)
    return {
        "userName": kept.user_name if kept else person.username, "externalId": kept.external_id if kept else "",
        "name": person.get_full_name(), "title": person.title, "email": person.email, "active": person.is_active,
    }  # fmt: skip


def _words(error: ValidationError | IntegrityError) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else "Somebody has this userName already."
