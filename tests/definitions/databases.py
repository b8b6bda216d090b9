"""One small table with odd values in each kind of database that criteria run on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import duckdb
from sqlalchemy import text

from definitions.criteria import Column, column_of
from tests.connectors.conftest import PostgresDatabase
from tests.connectors.sql_sources import mariadb_database

COLUMNS: tuple[Column, ...] = tuple(
    column_of(*pair)
    for pair in (
        ("id", "integer"), ("Status", "string"), ("age", "string"), ("amount", "decimal"), ("parts", "integer"),
        ("born", "date"), ("seen", "timestamp"), ("said", "string"), ("on", "boolean"),
    )
)  # fmt: skip
# age and said hold text that is mostly numbers and dates; amount is near the end of 64 bits once.
ROWS: tuple[tuple[Any, ...], ...] = (
    (1, "active", "30", "10.50", 2, "1990-01-31", "2026-11-19 10:00:00", "2026-02-28", True),
    (2, "active", "abc", "0", 0, "2000-02-29", "2026-08-01 00:00:00", "2026-02-30", False),
    (3, "Paused", "-5", "9223372036854775807", 9, None, None, None, None),
    (4, None, None, None, None, "2026-11-20", "2026-11-20 12:00:00", "yesterday", True),
    (5, "o'brien [x]*?%_", "", "3", 3, "1900-03-01", "1999-12-31 23:59:59", "2024-02-29", False),
    (6, "paused", " 7 ", "0.1", -4, "2026-01-01", "2026-11-20 00:00:00", "1900-02-29", True),
    (7, "gone", "99999999999999999999", "-1", 1, "2026-12-31", "2026-11-20 11:59:59", "2026-1-1", None),
)
_TYPES = {
    "postgres": "integer, text, text, numeric, bigint, date, timestamp, text, boolean",
    "mysql": "integer, varchar(40), varchar(40), decimal(30, 2), bigint, date, datetime, varchar(40), boolean",
    "sqlite": "integer, text, text, numeric, integer, date, timestamp, text, boolean",
    "duckdb": "integer, varchar, varchar, decimal(30, 2), bigint, date, timestamp, varchar, boolean",
}


class Asked(NamedTuple):
    """A database that answers queries."""

    dialect: str
    execute: Callable[[str], Any]
    rows: Callable[[str], list[tuple[Any, ...]]]
    relation: str = "odd"


def statements(dialect: str) -> list[str]:
    """Return what makes the table."""
    sign = "`" if dialect == "mysql" else '"'
    pairs = zip(COLUMNS, _split(_TYPES[dialect]), strict=True)
    columns = ", ".join(f"{sign}{column.name}{sign} {kind}" for column, kind in pairs)
    values = ", ".join("(" + ", ".join(map(_literal, row)) + ")" for row in ROWS)
    temporary = "" if dialect == "mysql" else "temporary "
    return [f"create {temporary}table odd ({columns})", f"insert into odd values {values}"]


def _split(types: str) -> list[str]:
    return [part.replace(";", ",") for part in types.replace("(30, 2)", "(30; 2)").split(", ")]


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


@contextmanager
def opened(dialect: str) -> Iterator[Asked]:
    """The table in a database of `dialect`; skips where no MariaDB can be reached."""
    with {"postgres": _postgres, "mysql": _mysql, "sqlite": _sqlite, "duckdb": _duckdb}[dialect]() as asked:
        yield asked


@contextmanager
def _postgres() -> Iterator[Asked]:
    connection = PostgresDatabase("postgres").connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute("set timezone = 'UTC'")
            for statement in statements("postgres"):
                cursor.execute(statement)

            def rows(query: str) -> list[tuple[Any, ...]]:
                cursor.execute(query)
                return list(cursor.fetchall())

            yield Asked("postgres", cursor.execute, rows)
    finally:
        connection.close()


@contextmanager
def _mysql() -> Iterator[Asked]:
    with mariadb_database(*statements("mysql")) as database, database.engine.connect() as connection:
        connection.execute(text("set session time_zone = '+00:00'"))
        yield Asked(
            "mysql",
            database.execute,
            lambda query: [tuple(row) for row in connection.exec_driver_sql(query.replace("%", "%%"))],
        )


@contextmanager
def _sqlite() -> Iterator[Asked]:
    connection = sqlite3.connect(":memory:")
    for statement in statements("sqlite"):
        connection.execute(statement)
    yield Asked("sqlite", connection.execute, lambda query: connection.execute(query).fetchall())
    connection.close()


@contextmanager
def _duckdb() -> Iterator[Asked]:
    connection = duckdb.connect(":memory:")
    for statement in statements("duckdb"):
        connection.execute(statement)
    yield Asked("duckdb", connection.execute, lambda query: connection.execute(query).fetchall())
    connection.close()
