"""Finding a port that nobody listens on."""

import socket
from collections.abc import Iterable

TRIED = 50


class NoFreePortError(Exception):
    """None of the ports tried is free."""


def loopbacks() -> list[str]:
    """Return the addresses that `localhost` may mean on this machine."""
    return [address for address in ("127.0.0.1", "::1") if _can_listen(address, 0)]


def free_port(first: int, addresses: Iterable[str]) -> int:
    """Return the first port from `first` on that is free on every address.

    Raises NoFreePortError after `TRIED` ports.
    """
    addresses = list(addresses)
    for port in range(first, min(first + TRIED, 65536)):
        if all(_can_listen(address, port) for address in addresses):
            return port
    raise NoFreePortError(f"no port from {first} to {first + TRIED - 1} is free: set WEB_PORT to another.")


def _can_listen(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
            probe.listen(1)
    except OSError:
        return False
    return True
