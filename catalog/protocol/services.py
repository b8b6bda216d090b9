"""Writing protocols down: the council for all data, the stewards of a domain for what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from catalog.models import Domain, Protocol
from catalog.protocol.evaluating import count_anew
from catalog.protocol.requirements import ALL
from permissions.audit import record
from permissions.levels import Level
from permissions.models import Duty
from permissions.roles import may_manage_rules

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from permissions.access import Viewer
    from permissions.models import User

WHO = "The data council says what must be known of data; the stewards of a domain say it of what is in it."
MOST = 100  # protocols


def visible_protocols(viewer: Viewer) -> QuerySet[Protocol]:
    """All but those of domains that the viewer may not read about."""
    hidden = Domain.objects.exclude(pk__in=Domain.objects.open_to(viewer, Level.READ).values("pk"))
    found = Protocol.objects.select_related("domain", "classification", "author")
    return found.exclude(domain__in=hidden)


def domains_to_write_for(viewer: Viewer) -> QuerySet[Domain]:
    """The domains of whose datasets the viewer may say what they must have."""
    found: QuerySet[Domain] = Domain.objects.writable_by(viewer, Duty.APPOINT)
    return found


def may_write(viewer: Viewer, domain: Domain | None) -> bool:
    """Whether the viewer may say what datasets of a domain, or all, must have."""
    return may_manage_rules(viewer) or (domain is not None and viewer.has_perm(Duty.APPOINT, domain))


@transaction.atomic
def save_protocol(*, actor: User, protocol: Protocol, values: dict[str, Any]) -> Protocol:
    """Make a protocol, or change one, to `values` by the names of its columns.

    Raises `PermissionDenied`, and `ValidationError` by member.
    """
    before = _told(protocol) if protocol.pk else None
    if protocol.pk and not may_write(actor, protocol.domain):
        raise PermissionDenied(WHO)
    for name, value in values.items():
        setattr(protocol, name, value)
    if not may_write(actor, protocol.domain):
        raise PermissionDenied(WHO)
    _check(protocol)
    if before is None:
        protocol.author = actor
    protocol.save()
    action = "protocol.changed" if before else "protocol.made"
    record(action, actor=actor, thing=protocol, before=before, after=_told(protocol))
    count_anew()
    return protocol


@transaction.atomic
def remove_protocol(*, actor: User, protocol: Protocol) -> None:
    """Ask it no more. Raises `PermissionDenied`."""
    if not may_write(actor, protocol.domain):
        raise PermissionDenied(WHO)
    record("protocol.removed", actor=actor, thing=protocol, before=_told(protocol))
    protocol.delete()
    count_anew()


def _check(protocol: Protocol) -> None:
    unknown = [name for name in protocol.requires if name not in ALL]
    if unknown:
        raise ValidationError({"requires": f"There is no {unknown[0][:40]}."})
    if not protocol.requires:
        raise ValidationError({"requires": "Choose at least one."})
    protocol.requires = [name for name in ALL if name in set(protocol.requires)]
    if not protocol.pk and Protocol.objects.count() >= MOST:
        raise ValidationError(f"At most {MOST} protocols.")
    protocol.full_clean()


def _told(protocol: Protocol) -> dict[str, Any]:
    return {
        "name": protocol.name, "requires": list(protocol.requires), "kind": protocol.kind,
        "certified": protocol.certified, "domain": protocol.domain.slug if protocol.domain else "",
        "classification": protocol.classification.slug if protocol.classification else "",
    }  # fmt: skip
