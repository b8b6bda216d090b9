"""Opening one connection to a database: read-only, with bounded waits, as far as each dialect can."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from harvest.connectors.base import OWN, OWN_REFUSED, Brakes, ConnectorError
from harvest.connectors.files.roots import allowed_path
from harvest.connectors.sql.drivers import check_driver
from harvest.connectors.sql.errors import connect_error

# Facts are streamed: the server waits while those read so far are being written.
PATIENCE = "SET SESSION net_write_timeout = 600"
STEPS_BETWEEN_LOOKS = 10_000  # SQLite instructions between two looks at the clock


def connect(url: URL, brakes: Brakes) -> Connection:
    """Return an open connection. Raises `ConnectorError`."""
    check_driver(url)
    engine = _sqlite_engine(url, brakes) if url.get_backend_name() == "sqlite" else _engine(url, brakes)
    connection = None
    try:
        connection = engine.connect()
        _prepare(connection, brakes)
    except (SQLAlchemyError, OSError, engine.dialect.loaded_dbapi.Error) as error:
        if connection is not None:
            connection.close()
        raise connect_error(error, url) from None  # the chain could show the password
    if connection.dialect.name == "postgresql" and connection.execute(text(OWN)).scalar():
        connection.close()
        raise ConnectorError(OWN_REFUSED, part="rights")
    return connection


def _engine(url: URL, brakes: Brakes) -> Engine:
    arguments = CONNECT_ARGUMENTS.get(url.get_backend_name(), _no_arguments)(url, brakes)
    return create_engine(url, poolclass=NullPool, connect_args=dict(arguments), hide_parameters=True)


def _no_arguments(url: URL, brakes: Brakes) -> Mapping[str, Any]:
    return {}


def _mysql_arguments(url: URL, brakes: Brakes) -> Mapping[str, Any]:
    arguments = {"connect_timeout": brakes.connect_seconds}
    if url.get_driver_name() == "pymysql":
        # A server that accepts and stays silent is noticed by this, and not by connect_timeout.
        arguments |= {"read_timeout": brakes.connect_seconds, "write_timeout": brakes.connect_seconds}
    return arguments


def _postgresql_arguments(url: URL, brakes: Brakes) -> Mapping[str, Any]:
    if url.get_driver_name() not in {"psycopg2", "psycopg"}:
        return {}
    options = f"-c statement_timeout={brakes.statement_seconds * 1000} -c default_transaction_read_only=on"
    return {"connect_timeout": brakes.connect_seconds, "options": options}


def _mssql_arguments(url: URL, brakes: Brakes) -> Mapping[str, Any]:
    if url.get_driver_name() == "pymssql":
        return {"login_timeout": brakes.connect_seconds, "timeout": brakes.statement_seconds}
    return {"timeout": brakes.connect_seconds}


def _oracle_arguments(url: URL, brakes: Brakes) -> Mapping[str, Any]:
    return {"tcp_connect_timeout": brakes.connect_seconds} if url.get_driver_name() == "oracledb" else {}


CONNECT_ARGUMENTS: Mapping[str, Callable[[URL, Brakes], Mapping[str, Any]]] = MappingProxyType(
    {
        "mysql": _mysql_arguments,
        "mariadb": _mysql_arguments,
        "postgresql": _postgresql_arguments,
        "mssql": _mssql_arguments,
        "oracle": _oracle_arguments,
    }
)


def _prepare(connection: Connection, brakes: Brakes) -> None:
    name = connection.dialect.name
    if name in {"mysql", "mariadb"}:
        _prepare_mysql(connection, brakes)
    elif name == "oracle":
        connection.execute(text("SET TRANSACTION READ ONLY"))
    elif name == "sqlite":
        connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar()  # opening alone reads nothing


def _prepare_mysql(connection: Connection, brakes: Brakes) -> None:
    if getattr(connection.dialect, "is_mariadb", False):
        limit = f"SET SESSION max_statement_time = {brakes.statement_seconds}"
    else:
        limit = f"SET SESSION max_execution_time = {brakes.statement_seconds * 1000}"
    for statement in (limit, "SET SESSION TRANSACTION READ ONLY", "SET SESSION time_zone = '+00:00'", PATIENCE):
        connection.execute(text(statement))
    connection.rollback()  # the next transaction is the first read-only one
    driver = connection.connection.driver_connection
    if driver is not None and hasattr(driver, "_read_timeout"):  # pymysql has no public way to change it later
        driver._read_timeout = brakes.statement_seconds + 5


def _sqlite_engine(url: URL, brakes: Brakes) -> Engine:
    real = allowed_path(url.database or "", brakes.file_roots)
    if not real.is_file():
        raise ConnectorError(f"{url.database} is a folder, not a SQLite file. Name the file.", part="format")
    clock = _Clock(brakes.statement_seconds)

    def opened() -> sqlite3.Connection:
        connection = sqlite3.connect(f"file:{quote(str(real))}?mode=ro", uri=True, timeout=brakes.connect_seconds)
        connection.text_factory = _lenient_text
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.set_progress_handler(clock.is_over, STEPS_BETWEEN_LOOKS)
        return connection

    engine = create_engine("sqlite://", creator=opened, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "before_cursor_execute", clock.start)
    return engine


def _lenient_text(value: bytes) -> str:
    return value.decode(errors="replace")  # SQLite stores any bytes as text


class _Clock:
    """Stops a SQLite statement that runs longer than allowed."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.end = time.monotonic() + seconds

    def start(self, *details: object) -> None:
        self.end = time.monotonic() + self.seconds

    def is_over(self) -> int:
        return int(time.monotonic() > self.end)
