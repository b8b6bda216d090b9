"""Where events may go: out of the server's own network, unless WEBHOOK_NETWORKS says otherwise.

A name is looked up once; every address it has is checked, and one of those very addresses is connected to. So nothing
that the name means a moment later leads anywhere else.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

Address = IPv4Address | IPv6Address

NAT64: Final = ip_network("64:ff9b::/96")
LONGEST: Final = 2_000
PORTS: Final = {"http": 80, "https": 443}


class Refused(Exception):
    """Nothing is sent there; `str()` says why, and holds nothing secret."""


class Place(NamedTuple):
    """An address that may be sent to, taken apart."""

    scheme: str
    host: str
    port: int
    target: str  # path and query

    @property
    def shown(self) -> str:
        """Without what may be secret."""
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}{port}"


def place_of(url: str) -> Place:
    """Take a URL apart. Raises `Refused` for what is no plain http or https address."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode() if not _is_literal(parts.hostname) else parts.hostname
    except (ValueError, UnicodeError) as error:
        raise Refused("This is not an address of the web.") from error
    if len(url) > LONGEST or not url.isprintable() or " " in url or not url.isascii():
        raise Refused(f"Give an address of at most {LONGEST:,} characters, with others than plain ones escaped.")
    if parts.scheme not in PORTS or not host:
        raise Refused("Give an address that begins with https://.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Refused("Leave out what stands before @ or after # in the address.")
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return Place(parts.scheme, host, port or PORTS[parts.scheme], target)


def checked(place: Place) -> list[str]:
    """Look the host up and return its addresses. Raises `Refused` where any of them is not to be sent to."""
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(f"{place.host} has no address.") from error
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    for one in addresses:
        _check(place, ip_address(one.partition("%")[0]))
    return addresses


def _check(place: Place, address: Address) -> None:
    if any(address.version == network.version and address in network for network in settings.WEBHOOK_NETWORKS):
        return
    if not all(map(_is_public, (address, *_inside(address)))):
        raise Refused(f"{place.host} is in a network that webhooks do not reach. WEBHOOK_NETWORKS can allow it.")
    if place.scheme != "https":
        raise Refused("Give an address that begins with https://: what is sent there must not travel in the clear.")


def _is_public(address: Address) -> bool:
    local = isinstance(address, IPv6Address) and address.is_site_local  # of old, and still somebody's own
    return address.is_global and not address.is_multicast and not local


def _inside(address: Address) -> list[IPv4Address]:
    """The addresses of version 4 that one of version 6 leads to."""
    if isinstance(address, IPv4Address):
        return []
    teredo = address.teredo or ()
    found = [address.ipv4_mapped, address.sixtofour, *teredo]
    if address in NAT64:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in found if one is not None]


def _is_literal(host: str | None) -> bool:
    return host is not None and ":" in host
