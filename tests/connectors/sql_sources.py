"""Databases of their own for the tests of the SQLAlchemy connector."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from harvest.connectors.base import Brakes
from harvest.connectors.sql import SQLConnector
from harvest.connectors.sql.config import SQLConfig

MARIADB = os.environ.get("CONCORD_TEST_MARIADB_URL", "mariadb://root@127.0.0.1:3306")


class MariaDB:
    """One database on the server, to change at will and to read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.url = SQLConfig.from_url(f"{MARIADB}/{name}").parsed()
        self.engine = create_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")

    def execute(self, *statements: str) -> None:
        with self.engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement.replace("%", "%%"))  # the driver formats

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), {"database": self.name})]

    def connector(self, brakes: Brakes | None = None) -> SQLConnector:
        return SQLConnector(SQLConfig.from_url(f"{MARIADB}/{self.name}"), brakes or Brakes())


@contextmanager
def mariadb_database(*statements: str) -> Iterator[MariaDB]:
    """A database on the server of CONCORD_TEST_MARIADB_URL, or of this machine; skips where there is none."""
    server, name = MariaDB(""), f"concord_source_{uuid4().hex[:12]}"
    try:
        server.execute(f"create database `{name}` comment 'Odd things' character set utf8mb4")
    except OperationalError as error:
        pytest.skip(f"no MariaDB at {server.url.render_as_string()} (set CONCORD_TEST_MARIADB_URL): {error.orig}")
    try:
        database = MariaDB(name)
        database.execute(*statements)
        yield database
    finally:
        server.execute(f"drop database `{name}`")


def sqlite_file(path: Path, script: str) -> Path:
    """Make a SQLite file of a script."""
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return path


def sqlite_connector(path: Path | str, brakes: Brakes | None = None) -> SQLConnector:
    """A connector to a file; odd signs of its name are written as in a URL."""
    return SQLConnector(SQLConfig.from_url(f"sqlite:///{path}"), brakes or Brakes())
