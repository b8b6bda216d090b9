"""Real databases for connectors to read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from django.conf import settings
from psycopg2 import sql

from harvest.connectors.base import Brakes
from harvest.connectors.postgres import PostgresConfig, PostgresConnector

HERE = Path(__file__).parent

EMPTY = r"""
do $$ declare name text; begin
    for name in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
        execute format('drop schema %I cascade', name);
    end loop;
    for name in select fdwname from pg_foreign_data_wrapper loop
        execute format('drop foreign data wrapper %I cascade', name);
    end loop;
    create schema public;
    grant usage on schema public to public;
end $$"""


class PostgresDatabase:
    """A database of its own on the server that the tests run on, and how to reach it."""

    def __init__(self, name: str) -> None:
        server = settings.DATABASES["default"]
        self.name = name
        self.config = PostgresConfig(
            host=server.get("HOST") or "localhost",
            port=int(server.get("PORT") or 5432),
            database=name,
            user=server.get("USER") or "",
            password=server.get("PASSWORD") or None,
        )

    def connect(self) -> Any:
        password = self.config.password.get_secret_value() if self.config.password else None
        connection = psycopg2.connect(
            host=self.config.host,
            port=self.config.port,
            dbname=self.config.database,
            user=self.config.user or None,
            password=password,
        )
        connection.autocommit = True
        return connection

    def execute(self, *statements: str | sql.Composable) -> None:
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            connection.close()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute("set search_path = ''")  # names in full, as connectors see them
                cursor.execute(query)
                return list(cursor.fetchall())
        finally:
            connection.close()

    def connector(self, brakes: Brakes | None = None, **changes: Any) -> PostgresConnector:
        return PostgresConnector(self.config.model_copy(update=changes), brakes or Brakes())


def _temporary_database() -> Iterator[PostgresDatabase]:
    database = PostgresDatabase(f"concord_source_{uuid4().hex[:12]}")
    server = PostgresDatabase("postgres")
    name = sql.Identifier(database.name)
    server.execute(sql.SQL("create database {} template template0 encoding 'UTF8'").format(name))
    try:
        yield database
    finally:
        server.execute(sql.SQL("drop database {} with (force)").format(name))


@pytest.fixture(scope="session")
def _emptied_database() -> Iterator[PostgresDatabase]:
    # Dropping a database makes the server write out everything, so one serves all tests of a process.
    yield from _temporary_database()


@pytest.fixture
def postgres_database(_emptied_database: PostgresDatabase) -> PostgresDatabase:
    """An empty database to change at will."""
    _emptied_database.execute(EMPTY, f"comment on database {_emptied_database.name} is null")
    return _emptied_database


@pytest.fixture
def damaged_database() -> Iterator[PostgresDatabase]:
    """An empty database whose catalog may be damaged."""
    yield from _temporary_database()


@pytest.fixture(scope="module")
def odd_database() -> Iterator[PostgresDatabase]:
    """A database with everything PostgreSQL lets people do (postgres_odd.sql); not to be changed."""
    for database in _temporary_database():
        database.execute((HERE / "postgres_odd.sql").read_text())
        yield database


@pytest.fixture
def name() -> str:
    """A name that nothing on a shared server has."""
    return f"concord-test-{uuid4().hex[:8]}"
