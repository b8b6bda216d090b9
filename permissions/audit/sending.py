"""The ways out: standard output, syslog (RFC 5424), and HTTP POST."""

from __future__ import annotations

import socket
import sys
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SECONDS: Final = 10.0
SYSLOG_PORT: Final = 514
PRIORITY: Final = 13 * 8 + 6  # log audit, informational


class CannotSend(Exception):
    """The lines did not arrive, all or some; `str()` says why, without anything secret."""


def send(url: str, lines: Sequence[str]) -> None:
    """Send lines in their order. Raises `CannotSend`."""
    parts = urlsplit(url)
    try:
        WAYS[parts.scheme](parts, lines)
    except (OSError, HTTPException) as error:
        raise CannotSend(f"{type(error).__name__}: {error}"[:500]) from error


def _stdout(parts: SplitResult, lines: Sequence[str]) -> None:
    """To where the process was started: Celery puts a logger of its own in place of `sys.stdout`."""
    out = sys.__stdout__
    if out is None:
        raise CannotSend("this process has no standard output")
    out.write("".join(f"{line}\n" for line in lines))
    out.flush()


def _syslog_tcp(parts: SplitResult, lines: Sequence[str]) -> None:
    """Each message after its length (RFC 6587): a line may hold anything."""
    with socket.create_connection(_address(parts), SECONDS) as to:
        for message in map(_message, lines):
            to.sendall(b"%d %b" % (len(message), message))


def _syslog_udp(parts: SplitResult, lines: Sequence[str]) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(*_address(parts), type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind, protocol) as to:
        for message in map(_message, lines):
            to.sendto(message, address)


def _address(parts: SplitResult) -> tuple[str, int]:
    return parts.hostname or "localhost", parts.port or SYSLOG_PORT


def _message(line: str) -> bytes:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return f"<{PRIORITY}>1 {now} {socket.gethostname()} concord - audit - {line}".encode()


def _post(parts: SplitResult, lines: Sequence[str]) -> None:
    """All lines in one body; whatever is not answered with success, redirections too, did not arrive."""
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    to = kind(parts.hostname or "localhost", parts.port, timeout=SECONDS)
    headers = {"Content-Type": "application/x-ndjson", "User-Agent": "Concord"}
    if settings.AUDIT_FORWARD_TOKEN:
        headers["Authorization"] = f"Bearer {settings.AUDIT_FORWARD_TOKEN}"
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        to.request("POST", target, "".join(f"{line}\n" for line in lines).encode(), headers)
        status = to.getresponse().status
    finally:
        to.close()
    if not 200 <= status < 300:
        raise CannotSend(f"answered {status}")


WAYS: Final[dict[str, Callable[[SplitResult, Sequence[str]], None]]] = {
    "stdout": _stdout, "syslog": _syslog_tcp, "syslog+udp": _syslog_udp, "http": _post, "https": _post,
}  # fmt: skip
