"""Sending one body to a checked address, within a time and reading no more than a little of the answer."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from threading import Timer
from typing import TYPE_CHECKING, Final, NamedTuple

from notifications.webhooks.places import Refused, checked, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from notifications.webhooks.places import Place

CONNECT_SECONDS: Final = 5.0
SECONDS: Final = 10.0  # from the connection to the end of the answer, however slowly it drips
MOST_READ: Final = 4_096  # bytes of an answer
MOST_TRIED: Final = 4  # addresses of one name


class Answer(NamedTuple):
    """What came back: no `status` where nothing did, and why in `text`."""

    status: int | None
    text: str
    retry_after: int = 0  # seconds that the receiver asks to be left alone

    @property
    def arrived(self) -> bool:
        """Whether the receiver has it. Who redirects has not: nothing is sent on to where that leads."""
        return self.status is not None and 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a body and return what came of it; never raises for what the other side does."""
    return send("POST", url, body, headers)


def send(method: str, url: str, body: bytes, headers: Mapping[str, str], *, most_read: int = MOST_READ) -> Answer:
    """The same by any method, reading so many bytes of the answer."""
    try:
        place = place_of(url)
        addresses = checked(place)
    except Refused as error:
        return Answer(None, str(error))
    try:
        with _connected(place, addresses) as to:
            return _exchange(to, place, method, body, dict(headers), most_read)
    except (OSError, HTTPException, ValueError) as error:
        return Answer(None, f"{type(error).__name__}: {error}"[:300])


class _Connection(HTTPConnection):
    """A connection to one of the addresses that were checked, and to no other."""

    def __init__(self, place: Place, addresses: list[str]) -> None:
        super().__init__(place.host, place.port, timeout=CONNECT_SECONDS)
        self._secure, self._addresses = place.scheme == "https", addresses

    def connect(self) -> None:
        self.sock = self._reach()
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
        self.sock.settimeout(SECONDS)

    def _reach(self) -> socket.socket:
        for address in self._addresses[: MOST_TRIED - 1]:
            with suppress(OSError):
                return socket.create_connection((address, self.port), CONNECT_SECONDS)
        return socket.create_connection((self._addresses[-1], self.port), CONNECT_SECONDS)

    def __enter__(self) -> _Connection:
        self.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _connected(place: Place, addresses: list[str]) -> _Connection:
    return _Connection(place, addresses)


def _exchange(
    to: _Connection, place: Place, method: str, body: bytes, headers: Mapping[str, str], most_read: int
) -> Answer:  # fmt: skip
    late: list[bool] = []
    clock = Timer(SECONDS, _cut, (to.sock, late))
    clock.daemon = True
    clock.start()
    try:
        to.request(method, place.target, body, dict(_all(headers)))
        answer = to.getresponse()
        text = answer.read(most_read).decode("utf-8", "replace")
        if late:  # what was cut off may look whole
            raise TimeoutError
        return Answer(answer.status, text, _seconds(answer.headers.get("Retry-After", "")))
    except (OSError, HTTPException) as error:
        if late:
            raise TimeoutError(f"no whole answer within {SECONDS:.0f} seconds") from error
        raise
    finally:
        clock.cancel()


def _cut(sock: socket.socket, late: list[bool]) -> None:
    """End a connection from outside: a time limit on each read alone lets an answer drip for ever."""
    late.append(True)
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _all(headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from headers.items()
    yield "Content-Type", "application/json"
    yield "User-Agent", "Concord-Webhooks/1"
    yield "Connection", "close"


def _seconds(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
