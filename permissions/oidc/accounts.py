"""Whose account it is that signs in at the provider, and which teams that puts them in."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from permissions.accounts.usernames import free_username
from permissions.audit import record
from permissions.models import ScimAccount, User
from permissions.oidc.conf import PROVIDER_ID
from permissions.roles import is_administrator

if TYPE_CHECKING:
    from permissions.oidc.conf import Provider


class NotAdmitted(Exception):
    """The provider knows the person, and they may not come in; the message is for them."""


def uid_of(issuer: str, sub: str) -> str:
    """Return what an account at a provider is found by: another provider's account of the same name is another."""
    return sha256(f"{issuer.rstrip('/')}\0{sub}".encode()).hexdigest()


def require_allowed(provider: Provider, claims: dict[str, Any]) -> None:
    """Raise `NotAdmitted` unless the person is in an allowed group and has a verified address of an allowed domain."""
    if provider.allowed_groups and not set(provider.allowed_groups) & set(groups_of(provider, claims)):
        raise NotAdmitted("Your account is in none of the groups that may use Concord.")
    domains = {domain.lower() for domain in provider.allowed_mail_domains}
    if domains and verified_email(claims).rpartition("@")[2] not in domains:
        raise NotAdmitted("Your account has no verified email address of a company that may use Concord.")


def verified_email(claims: dict[str, Any]) -> str:
    """Return the address that the provider vouches for, in lower case; empty without one."""
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return ""
    try:
        validate_email(email)
    except ValidationError:
        return ""
    return email.lower()


def groups_of(provider: Provider, claims: dict[str, Any]) -> list[str]:
    """Return the names of the groups that the provider tells of."""
    found = claims.get(provider.groups_claim) if provider.groups_claim else None
    named = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    clean = (name.replace("\0", "").strip() for name in named if isinstance(name, str))
    return list(dict.fromkeys(name for name in clean if name))


@transaction.atomic
def person_of(provider: Provider, claims: dict[str, Any], account: SocialAccount) -> User:
    """Return who signs in with an account that nobody is linked to: who has its address, or somebody new.

    Raises `NotAdmitted` where that is not safe or not wanted.
    """
    email = verified_email(claims)
    known = User.objects.select_for_update().filter(email__iexact=email).first() if email else None
    if known is None:
        known = _new_person(provider, claims, email)
    elif not (provider.link_by_email or _follows(known)) or _is_out_of_reach(known):
        raise NotAdmitted(
            "An account with your email address is here already, and was not made by your provider. Sign in to it with "
            "its password, or ask whoever administers Concord to link the two."
        )
    account.user = known
    account.save()
    record("provider.linked", actor=known, thing=known, after={"sub": claims["sub"]}, note="at their sign-in")
    return known


def _is_out_of_reach(person: User) -> bool:
    """Whether no address leads into the account: a program's, or an administrator's."""
    return person.is_service or is_administrator(person)


def _follows(person: User) -> bool:
    """Whether the provider keeps the account up to date by SCIM: then its address is the provider's own word."""
    return ScimAccount.objects.filter(user=person, deleted_at=None).exists()


def _new_person(provider: Provider, claims: dict[str, Any], email: str) -> User:
    if not provider.create_accounts:
        raise NotAdmitted("You have no account here yet. Ask whoever administers Concord to make one.")
    person = User(username=free_username(_wish(claims)), email=email)
    person.first_name, person.last_name = _names(claims)
    person.set_unusable_password()
    person.full_clean()
    person.save()
    record("person.created", actor=None, thing=person, after={"email": email}, note=f"first sign-in by {provider.name}")
    return person


def _wish(claims: dict[str, Any]) -> str:
    for name in ("preferred_username", "email", "name"):
        value = claims.get(name)
        if isinstance(value, str) and value.strip():
            return value.partition("@")[0]
    return ""


def _names(claims: dict[str, Any]) -> tuple[str, str]:
    def text(name: str) -> str:
        value = claims.get(name)
        return value.replace("\0", "").strip() if isinstance(value, str) else ""

    first, _, last = text("name").partition(" ")
    return (text("given_name") or first)[:150], (text("family_name") or last)[:150]


@transaction.atomic
def link(*, provider: Provider, subject: str, person: User) -> User:
    """Let who is `subject` at the provider sign in as `person`; returns whose it is, by an earlier link too."""
    kept = {"issuer": provider.issuer, "sub": subject}
    account, new = SocialAccount.objects.get_or_create(
        provider=PROVIDER_ID, uid=uid_of(provider.issuer, subject), defaults={"user": person, "extra_data": kept}
    )
    linked: User = account.user
    if new:
        record("provider.linked", actor=None, thing=linked, after={"sub": subject}, note="by command")
    return linked


@transaction.atomic
def unlink(*, person: User) -> bool:
    """Let nobody at the provider sign in as `person`; returns whether somebody did."""
    ended, _ = SocialAccount.objects.filter(provider=PROVIDER_ID, user=person).delete()
    if ended:
        record("provider.unlinked", actor=None, thing=person, note="by command")
    return bool(ended)
