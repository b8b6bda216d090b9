"""A connection that can only read, and reading from it in streams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ, connection
from psycopg2.sql import Composable

from harvest.connectors.base import OWN, OWN_REFUSED, Brakes, ConnectorError
from harvest.connectors.postgres.config import PostgresConfig
from harvest.connectors.postgres.errors import connecting_error, translated

OLDEST = 120000  # PostgreSQL 12 brought generated columns into the catalog
FETCH = 5_000
LOCK_SECONDS = 2
IDLE_SECONDS = 900  # how long the catalog may take to write what one fetch brought

Row = tuple[Any, ...]


def connect(config: PostgresConfig, brakes: Brakes) -> connection:
    """Open a connection whose transactions are read-only snapshots."""
    try:
        opened: connection = psycopg2.connect(**_parameters(config, brakes))
    except psycopg2.Error as error:
        raise connecting_error(error, config, brakes.connect_seconds) from error
    opened.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
    if opened.info.server_version < OLDEST:
        opened.close()
        message = f"{config.location()} is older than PostgreSQL 12: register it as a SQLAlchemy source instead."
        raise ConnectorError(message, part="source")
    _refuse_own(opened)
    return opened


def _refuse_own(opened: connection) -> None:
    """Raise `ConnectorError` for a catalog's own database: its tables hold what rules close, secrets and sessions."""
    own = rows(opened, OWN)[0][0]
    opened.rollback()
    if own:
        opened.close()
        raise ConnectorError(OWN_REFUSED, part="rights")


@contextmanager
def snapshot(opened: connection, config: PostgresConfig, brakes: Brakes, **settings: str) -> Iterator[None]:
    """One read-only transaction within the brakes; driver errors come out as `ConnectorError`.

    Settings are local to the transaction: through a pooler the server's session is shared with other programs, which
    must not inherit them.
    """
    with translated(config):
        try:
            _apply(opened, {**_settings(brakes), **settings})
            yield
        finally:
            if not opened.closed:
                opened.rollback()


def stream(opened: connection, name: str, query: str, parameters: Mapping[str, Any] | None = None) -> Iterator[Row]:
    """Yield the rows of a query from a cursor on the server, so that memory does not grow with them."""
    with opened.cursor(name=name, scrollable=False) as found:
        found.itersize = FETCH
        found.execute(query, parameters)
        yield from found


def stream_ahead(opened: connection, name: str, query: str) -> Iterator[Row]:
    """As `stream`, fetching the next rows while the caller works on these. Nothing else may use the connection."""
    with ThreadPoolExecutor(1) as fetcher, opened.cursor(name=name, scrollable=False) as found:
        found.execute(query)
        pending = fetcher.submit(found.fetchmany, FETCH)
        while batch := pending.result():
            pending = fetcher.submit(found.fetchmany, FETCH)
            yield from batch


def rows(opened: connection, query: str | Composable, parameters: Mapping[str, Any] | None = None) -> list[Row]:
    """Return the few rows of a query."""
    with opened.cursor() as found:
        found.execute(query, parameters)
        return found.fetchall()


def execute(opened: connection, statement: str) -> None:
    """Run a statement that gives no rows."""
    with opened.cursor() as found:
        found.execute(statement)


def _parameters(config: PostgresConfig, brakes: Brakes) -> dict[str, Any]:
    return {
        "host": config.host,
        "port": config.port,
        "dbname": config.database,
        "user": config.user or None,
        # An empty one, where there is none: otherwise PGPASSWORD, meant for our own database, would go to any host.
        "password": config.password.get_secret_value() if config.password else "",
        "sslmode": config.sslmode,
        "connect_timeout": brakes.connect_seconds,
        "application_name": "concord",
        "client_encoding": "UTF8",
        # A network that swallows packets would otherwise be waited for for hours.
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": (brakes.statement_seconds + 30) * 1000,
    }


def _settings(brakes: Brakes) -> dict[str, str]:
    return {
        "default_transaction_read_only": "on",
        "statement_timeout": f"{brakes.statement_seconds}s",
        "lock_timeout": f"{LOCK_SECONDS}s",
        "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
        "search_path": "",  # so that PostgreSQL prints every name with its schema
        "cursor_tuple_fraction": "1",  # plan cursors for all rows, not for the first ones
        "jit": "off",
        "DateStyle": "ISO",
        "IntervalStyle": "postgres",
        "TimeZone": "UTC",
    }


def _apply(opened: connection, settings: Mapping[str, str]) -> None:
    calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    with opened.cursor() as found:
        found.execute(f"select {calls}", [text for pair in settings.items() for text in pair])
