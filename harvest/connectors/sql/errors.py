"""Turning what drivers raise into sentences for the person who configured the source."""

from __future__ import annotations

import re

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from harvest.connectors.base import ConnectorError

# Texts of the common drivers, first match wins; MySQL's numbers are in its manual, "Server Error Message Reference".
PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("name", ("could not translate host name", "name or service not known", "getaddrinfo", "name resolution",
              "nodename nor", "no address associated", "unknown host", "ORA-12545")),
    ("missing", (r"\(1049,", "unknown database", r'database "[^"]*" does not exist', "cannot open database",
                 "ORA-1251[0-9]")),
    ("password", (r"\(1045,", r"\(1698,", "password authentication failed", "no password supplied", "login failed",
                  "ORA-01017", "authentication failed", "invalid (username|credential)")),
    ("rights", (r"\(1044,", r"\(1130,", r"\(1142,", "permission denied", "not allowed to connect", "ORA-01045",
                r"no pg_hba\.conf entry", "unable to open database file")),
    ("timeout", ("timed out", "timeout")),
    ("network", ("refused", "unreachable", "no route to host", "reset by peer", "broken pipe", r"\(2003,", r"\(2006,",
                 r"\(2013,", r"\(2002,", "server closed the connection", "lost connection")),
    ("format", ("file is not a database", "malformed", "encrypted", "disk image")),
)  # fmt: skip

SENTENCES = {
    "name": "The host {host} is not known. Check its spelling, and that this machine can resolve it.",
    "missing": "There is no database {database} at {server}. Check the name in the URL.",
    "password": "{server} refused the account {user}. Check user and password.",
    "rights": "{server} does not let the account {user} in. Grant it the right to connect and to read{database_of}.",
    "timeout": "{server} did not answer in time. Check host and port, and that no firewall drops the connection.",
    "network": "{server} cannot be reached. Check that the database runs there and accepts connections on this port.",
    "format": "{database} is not a readable database file: it is another format, damaged or encrypted.",
    "source": "{server} could not be used: {reason}",
}
TIMEOUTS = re.compile(r"\(1969,|\(3024,|statement timeout|max_statement_time|interrupted|timed out", re.IGNORECASE)


def connect_error(error: BaseException, url: URL) -> ConnectorError:
    """Say why a database could not be reached or entered, without its password."""
    reason = driver_text(error)
    part = _part(reason)
    words = {
        "host": url.host or "localhost",
        "server": _server(url),
        "database": url.database or "that name",
        "database_of": f" the database {url.database}" if url.database else "",
        "user": url.username or "(none)",
        "reason": _scrubbed(reason, url),
    }
    return ConnectorError(SENTENCES[part].format(**words), part=part)


def driver_text(error: BaseException) -> str:
    """What the driver said, on one line, without SQLAlchemy's wrapping."""
    original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return " ".join(str(original).split())[:300]


def is_timeout(error: BaseException) -> bool:
    """Whether a statement was stopped by its time limit."""
    return TIMEOUTS.search(driver_text(error)) is not None


def error_number(error: BaseException) -> str:
    """The error's name and number, which unlike its text hold no value of the data."""
    original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    code = getattr(original, "pgcode", None) or getattr(original, "sqlite_errorname", None)
    first = original.args[0] if original.args else None
    code = code or (first if isinstance(first, int) else None)
    return f"{type(original).__name__} {code}" if code else type(original).__name__


def _part(reason: str) -> str:
    found = (part for part, patterns in PARTS if re.search("|".join(patterns), reason, re.IGNORECASE))
    return next(found, "source")


def _server(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return url.database or "The file"
    return f"{url.host or 'localhost'}:{url.port}" if url.port else (url.host or url.get_backend_name())


def _scrubbed(reason: str, url: URL) -> str:
    return reason.replace(str(url.password), "***") if url.password else reason
