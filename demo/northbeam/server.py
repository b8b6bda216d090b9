"""The PostgreSQL server that holds Northbeam's databases, and what marks them as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2
import psycopg2.errors
from psycopg2 import extensions, sql

MARK = "Fictional, made by `manage.py demo`."


class DemoError(Exception):
    """The demo cannot be built; `str()` says why and what to do."""


@dataclass(frozen=True)
class Server:
    """How to reach the server as someone who may create databases and roles. `host` may be a socket directory."""

    host: str
    user: str
    password: str = ""
    port: int = 5432
    database: str = "postgres"  # where to stand while making others

    def settings(self, database: str) -> dict[str, Any]:
        """What `psycopg2.connect` wants. All times are read and printed in UTC."""
        return {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password or None,
            "dbname": database,
            "connect_timeout": 10,
            "options": "-c timezone=UTC -c synchronous_commit=off -c client_min_messages=warning",
        }

    def _connect(self, database: str) -> extensions.connection:
        try:
            connection: extensions.connection = psycopg2.connect(**self.settings(database))
        except psycopg2.OperationalError as error:
            raise DemoError(f"PostgreSQL at {self.host}:{self.port} cannot be used: {error}") from error
        return connection

    @contextmanager
    def open(self, database: str) -> Iterator[extensions.connection]:
        """A connection that commits at the end, or rolls back where an error passes through."""
        connection = self._connect(database)
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    @contextmanager
    def administer(self) -> Iterator[extensions.cursor]:
        """A cursor for statements on databases and roles, each committed by itself."""
        connection = self._connect(self.database)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        except psycopg2.errors.InsufficientPrivilege as error:
            raise DemoError(
                f"{self.user} may not create databases and roles: {error}. Grant it CREATEDB and CREATEROLE."
            ) from error
        finally:
            connection.close()

    def marked(self, database: str) -> bool | None:
        """Whether the database was made by the demo; None when there is none of that name."""
        query = "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = %s"
        with self.administer() as cursor:
            cursor.execute(query, [database])
            row = cursor.fetchone()
        return None if row is None else MARK in row[0]

    def refuse_strangers(self, *databases: str) -> None:
        """Raise `DemoError` when one of the names is taken by a database that the demo did not make."""
        for name in databases:
            if self.marked(name) is False:
                raise DemoError(
                    f"A database named {name} is on this server and was not made by the demo, so it is left alone. "
                    f"Rename it, or choose other names with --prefix."
                )

    def create(self, database: str, comment: str) -> None:
        """Make an empty database that carries the mark."""
        name = sql.Identifier(database)
        with self.administer() as cursor:
            cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(name))
            cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS %s").format(name), [f"{comment} {MARK}"])

    def drop(self, database: str) -> None:
        """Remove a database of the demo, and whoever is connected to it."""
        self.refuse_strangers(database)
        with self.administer() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def analyze(self, database: str) -> None:
        """Gather statistics, so that a harvest sees how many rows there are."""
        with self.open(database) as connection, connection.cursor() as cursor:
            cursor.execute("ANALYZE")
