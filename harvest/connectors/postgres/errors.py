"""What PostgreSQL and its driver complain about, as sentences that say what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2 import errorcodes, errors

from harvest.connectors.base import ConnectorError
from harvest.connectors.postgres.config import PostgresConfig

# The driver gives no SQLSTATE for a connection that failed, only text. Tried in this order.
_CONNECTING = (
    (
        "name",
        r"could not translate host name|name or service not known|nodename nor servname",
        "The host name {host} is not known here: check its spelling and that this machine can resolve it.",
    ),
    (
        "password",
        r"authentication failed|no password supplied|fe_sendauth|SCRAM|GSSAPI.*failed",
        "{location} refused the user name or password of {user}: check both.",
    ),
    (
        "rights",
        r"no pg_hba\.conf entry|permission denied for database|is not permitted to log in",
        "{location} does not let {user} in from here: ask its administrator for the right to connect.",
    ),
    (
        "missing",
        r'database ".*" does not exist',
        "The server {host}:{port} has no database {database}: check the name, capitals included.",
    ),
    ("password", r'role ".*" does not exist', "{location} knows no user {user}: check the user name."),
    (
        "source",
        r"too many clients|too many connections|remaining connection slots",
        "{location} accepts no more connections for now: try again later or raise its limit.",
    ),
    (
        "source",
        r"starting up|shutting down|in recovery mode|not accepting connections",
        "{location} is starting, stopping or closed for connections: try again in a few minutes.",
    ),
    (
        "network",
        r"does not support SSL|certificate|SSL error|sslmode|root\.crt",
        "No encrypted connection to {location} could be made: check the encryption setting and the certificates.",
    ),
    (
        "format",
        r"received invalid response|expected authentication request|unsupported frontend protocol|protocol version",
        "What answers at {host}:{port} is not PostgreSQL: check host and port.",
    ),
    (
        "timeout",
        r"timeout expired|timed out",
        "{host}:{port} did not answer in {seconds} seconds: check host, port and firewalls between here and there.",
    ),
    (
        "network",
        r"connection refused|no such file or directory",
        "Nothing listens at {host}:{port}: check host and port and that the server runs.",
    ),
    (
        "network",
        r"unreachable|no route to host|closed the connection|connection reset|could not connect|connection to server",
        "{host}:{port} cannot be reached from here: check host, port and firewalls between here and there.",
    ),
)


def connecting_error(error: psycopg2.Error, config: PostgresConfig, seconds: int) -> ConnectorError:
    """Return what to tell of a connection that could not be made."""
    text = str(error)
    known = config.model_dump(include={"host", "port", "database"})
    known |= {"user": config.user or "the default user", "location": config.location(), "seconds": seconds}
    for part, pattern, sentence in _CONNECTING:
        if re.search(pattern, text, re.IGNORECASE):
            return ConnectorError(sentence.format(**known), part=part)
    return ConnectorError(f"{config.location()} could not be opened: {_one_line(text)}", part="source")


@contextmanager
def translated(config: PostgresConfig) -> Iterator[None]:
    """Turn errors of the driver into `ConnectorError`."""
    try:
        yield
    except psycopg2.Error as error:
        raise _working_error(error, config.location()) from error
    except UnicodeDecodeError as error:
        message = f"{config.location()} holds names or comments that are not UTF-8: its encoding should be changed."
        raise ConnectorError(message, part="format") from error


def is_lost(error: psycopg2.Error) -> bool:
    """Whether the connection is gone, and not only one statement."""
    if error.pgcode:
        return error.pgcode.startswith(("08", "57P"))
    return isinstance(error, (psycopg2.OperationalError, psycopg2.InterfaceError))


def condition(error: psycopg2.Error) -> str:
    """Return the name of what went wrong, which unlike its message never quotes a value: ``division by zero``."""
    try:
        return errorcodes.lookup(error.pgcode or "").replace("_", " ").lower()
    except KeyError:
        return "unknown error"


def _working_error(error: psycopg2.Error, location: str) -> ConnectorError:
    if is_lost(error):
        return ConnectorError(f"The connection to {location} was lost: try again.", part="network")
    if isinstance(error, (errors.QueryCanceled, errors.LockNotAvailable)):
        message = f"{location} took too long to answer: raise the statement's time limit or try when it is less busy."
        return ConnectorError(message, part="timeout")
    if isinstance(error, errors.InsufficientPrivilege):
        message = f"{location} does not let this user read its catalog ({_one_line(error.diag.message_primary)})."
        return ConnectorError(message, part="rights")
    return ConnectorError(f"{location} could not be read: {_one_line(error.diag.message_primary)}.", part="source")


def _one_line(text: str | None) -> str:
    return " ".join((text or "no reason given").split())[:300]
