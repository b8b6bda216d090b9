"""Where a request comes from: its id, which answers and log lines carry, and the client's address."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, NamedTuple
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER: Final = "X-Request-ID"
SANE: Final = re.compile(r"[A-Za-z0-9._-]{8,64}").fullmatch


class Origin(NamedTuple):
    """`address` is None where no network was involved: commands, tasks, sockets."""

    request_id: str = ""
    address: str | None = None


NOWHERE: Final = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


def origin() -> Origin:
    """Return where the work at hand comes from; `NOWHERE` outside a request."""
    return _origin.get()


class OriginMiddleware:
    """Give the request an id, its own where that is sane, and return it with the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = Origin(_request_id(request), address_of(request))
        token = _origin.set(found)
        try:
            response = self.get_response(request)
        finally:
            _origin.reset(token)
        response[HEADER] = found.request_id
        return response


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get(HEADER, "")
    return given if SANE(given) else uuid4().hex


def address_of(request: HttpRequest) -> str | None:
    """Return the client's address: of `X-Forwarded-For` only what our own proxies (PROXY_COUNT) have added."""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    ours = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    told = hops[-min(ours, len(hops))] if ours and hops else ""
    return _plain([told, request.META.get("REMOTE_ADDR", "")])


def _plain(candidates: Sequence[str]) -> str | None:
    """Return the first that is an address, spelled in one way: an IPv4 address within an IPv6 one as itself."""
    for text in candidates:
        try:
            found: IPv4Address | IPv6Address = ip_address(_without_port(text))
        except ValueError:
            continue
        return str(getattr(found, "ipv4_mapped", None) or found).partition("%")[0]
    return None


def _without_port(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
