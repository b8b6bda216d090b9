"""What goes wrong on the way to a server of messages, in words."""

from __future__ import annotations

import socket
import ssl

from harvest.connectors.base import ConnectorError


def unreachable(error: BaseException, where: str) -> ConnectorError:
    """Return why nothing answered at `where`."""
    if isinstance(error, socket.gaierror):
        return ConnectorError(f"The name of {where} was not found: check the host.", part="name")
    if isinstance(error, ssl.SSLError):
        return ConnectorError(
            f"{where} and this service could not agree on TLS: check the certificate.", part="network"
        )
    if isinstance(error, TimeoutError):
        return ConnectorError(f"{where} did not answer in time: check host, port and firewall.", part="timeout")
    return ConnectorError(f"Nothing answers at {where}: check host, port and whether it runs.", part="network")


def refused(where: str) -> ConnectorError:
    return ConnectorError(f"{where} refused the user or the password.", part="password")
