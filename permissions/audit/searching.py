"""Finding entries, for those who may read the record."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from permissions.models import AuditEntry, User
from permissions.roles import may_manage_rules

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from permissions.access import Viewer

ORDER = ("-at", "-id")
EXACT = re.compile(r"([a-z_]+\.[a-z_0-9]+):(\S+)").fullmatch  # as catalog.dataset:17
REFUSAL = "The record is read by administrators and the data council. Ask one of them what you need from it."


class Sought(NamedTuple):
    """What is looked for; what is empty does not matter.

    `actions` are names, or topics as ``rule``. `thing` is a part of a name, or kind and id as ``catalog.dataset:17``.
    `since` and `until` are days of UTC, both included.
    """

    actions: Collection[str] = ()
    person: str = ""
    thing: str = ""
    since: date | None = None
    until: date | None = None
    address: str = ""
    request_id: str = ""


def may_read_record(viewer: Viewer) -> bool:
    """Whether they may read the record: all of it, hidden things included, or nobody could answer for them."""
    return may_manage_rules(viewer)


def require_reader(viewer: Viewer) -> User:
    """Return the person, who may read the record. Raises `PermissionDenied`."""
    if not isinstance(viewer, User) or not may_read_record(viewer):
        raise PermissionDenied(REFUSAL)
    return viewer


def find_entries(sought: Sought) -> QuerySet[AuditEntry]:
    """Return the entries, to be ordered by `ORDER`. Raises `ValueError` for an address that is none."""
    found = AuditEntry.objects.filter(_of_actions(sought.actions), _of_thing(sought.thing))
    if sought.person:
        found = found.filter(_of_person(sought.person))
    if sought.since:
        found = found.filter(at__gte=datetime.combine(sought.since, time(), UTC))
    if sought.until:
        found = found.filter(at__lt=datetime.combine(sought.until + timedelta(days=1), time(), UTC))
    if sought.address:
        net = network(sought.address)
        found = found.filter(address__gte=str(net.network_address), address__lte=str(net.broadcast_address))
    return found.filter(request_id=sought.request_id) if sought.request_id else found


def network(text: str) -> IPv4Network | IPv6Network:
    """Return an address or a network, as 10.1.0.0/16. Raises `ValueError`."""
    return ip_network(text.strip(), strict=False)


def _of_actions(names: Collection[str]) -> Q:
    condition = Q()
    for name in names:
        condition |= Q(action=name) if "." in name else Q(action__startswith=f"{name}.")
    return condition


def _of_person(name: str) -> Q:
    """Whoever has the name now, also by the name they had; and whoever had it then."""
    known = User.objects.filter(username__iexact=name).values_list("pk", flat=True).first()
    return Q(actor_name__iexact=name) | (Q(actor_id=known) if known else Q())


def _of_thing(text: str) -> Q:
    if exact := EXACT(text):
        return Q(thing_kind=exact[1], thing_id=exact[2])
    return Q(thing_name__icontains=text) if text else Q()
