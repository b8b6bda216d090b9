"""Any database that SQLAlchemy has a dialect for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from harvest.connectors.base import Brakes, ConnectorError, DatasetTarget, Profile, Scope
from harvest.connectors.sql import answering
from harvest.connectors.sql.config import SQLConfig
from harvest.connectors.sql.errors import connect_error, is_timeout
from harvest.connectors.sql.mysql import MySQL
from harvest.connectors.sql.profile import Profiler
from harvest.connectors.sql.reflection import Reflection
from harvest.connectors.sql.session import connect
from harvest.connectors.sql.sqlite import SQLite, file_signature
from harvest.facts import Facts

NAMES = {"mysql": "MySQL", "mariadb": "MariaDB", "sqlite": "SQLite", "postgresql": "PostgreSQL", "oracle": "Oracle",
         "mssql": "SQL Server"}  # fmt: skip

MYSQL = frozenset({"mysql", "mariadb"})
T = TypeVar("T")


class SQLConnector:
    """Reads facts by reflection; MySQL, MariaDB and SQLite also by their own catalogs."""

    kind: ClassVar[str] = "sqlalchemy"
    label: ClassVar[str] = "SQL database"
    schemes: ClassVar[tuple[str, ...]] = (
        "mysql", "mariadb", "mysql+pymysql", "mariadb+pymysql", "sqlite", "oracle", "oracle+oracledb", "mssql",
        "mssql+pymssql", "mssql+pyodbc", "snowflake", "bigquery", "redshift", "databricks", "trino", "teradatasql",
        "hana", "db2", "vertica", "exa", "firebird", "awsathena", "cockroachdb", "hive", "druid", "dremio",
    )  # fmt: skip
    Config: ClassVar[type[SQLConfig]] = SQLConfig

    def __init__(self, config: SQLConfig, brakes: Brakes) -> None:
        self.config = config
        self.brakes = brakes
        self.url = config.parsed()
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        self._connection = connect(self.url, self.brakes)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @property
    def connection(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("Enter the connector with `with` before using it.")
        return self._connection

    @property
    def backend(self) -> str:
        return self.connection.dialect.name

    def describe(self) -> str:
        dialect = self.connection.dialect
        if dialect.name == "sqlite":
            return f"SQLite {sqlite3.sqlite_version}"
        name = "mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name
        version = ".".join(str(part) for part in getattr(dialect, "server_version_info", None) or ())
        return f"{NAMES.get(name, name)} {version}".strip()

    def names(self) -> Iterator[tuple[str, ...]]:
        yield from self._guarded(self._reader().names())

    def signature(self) -> str | None:
        """A SQLite file tells cheaply whether it was written; no other dialect tells everything cheaply."""
        return file_signature(Path(self.url.database or "")) if self.backend == "sqlite" else None

    def facts(self, scope: Scope) -> Facts:
        yield from self._guarded(self._reader().facts(scope))

    def profile(self, target: DatasetTarget) -> Profile:
        schema = target.path[-2] if len(target.path) > 1 else None
        return Profiler(self.connection, self.brakes, target, schema).run()

    @property
    def dialect(self) -> str | None:
        """What criteria are written in here, where they can be."""
        return answering.DIALECTS.get(self.url.get_backend_name())

    def relation(self, path: tuple[str, ...]) -> str:
        return answering.relation(self.connection, path)

    def answer(self, query: str, most: int) -> list[tuple[Any, ...]]:
        return answering.answer(self.connection, query, most)

    def answers(self, query: str) -> Iterator[tuple[Any, ...]]:
        return answering.answers(self.connection, query)

    def _reader(self) -> MySQL | SQLite | Reflection:
        if self.backend in MYSQL:
            return MySQL(self.connection, self.url.database)
        if self.backend == "sqlite":
            return SQLite(self.connection, Path(self.url.database or ""))
        return Reflection(self.connection)

    def _guarded(self, found: Iterator[T]) -> Iterator[T]:
        """Pass on what a reader finds; what stops the whole reading is a `ConnectorError`."""
        try:
            yield from found
        except SQLAlchemyError as error:
            raise self._failure(error) from None  # the chain could show the password

    def _failure(self, error: SQLAlchemyError) -> ConnectorError:
        if is_timeout(error):
            seconds = self.brakes.statement_seconds
            message = (
                f"A query to the catalog of {self.config.location()} took longer than {seconds} seconds. Allow more."
            )
            return ConnectorError(message, part="timeout")
        return connect_error(error, self.url)
