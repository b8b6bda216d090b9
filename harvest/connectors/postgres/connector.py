"""The connector: a connection, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from psycopg2.extensions import connection

from harvest import facts
from harvest.connectors.base import Brakes, ConnectorConfig, DatasetTarget, Profile, Scope
from harvest.connectors.postgres import answering, profile, queries, session, signature
from harvest.connectors.postgres.config import SCHEMES, PostgresConfig
from harvest.connectors.postgres.reading import Reading


class PostgresConnector:
    """Reads a PostgreSQL database, version 12 or newer.

    One thing at a time: `names`, `facts` and `profile` each hold the connection until they are read to the end.
    """

    kind: ClassVar[str] = "postgresql"
    label: ClassVar[str] = "PostgreSQL"
    schemes: ClassVar[tuple[str, ...]] = SCHEMES
    Config: ClassVar[type[ConnectorConfig]] = PostgresConfig
    dialect: str | None = "postgres"

    def __init__(self, config: PostgresConfig, brakes: Brakes) -> None:
        self._config = config
        self._brakes = brakes
        self._connection: connection | None = None

    def __enter__(self) -> PostgresConnector:
        self._connection = session.connect(self._config, self._brakes)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @property
    def _opened(self) -> connection:
        if self._connection is None:
            raise RuntimeError("A connector is used inside its `with` block.")
        return self._connection

    def describe(self) -> str:
        """Name and version of the server."""
        version = self._opened.info.parameter_status("server_version") or ""
        return f"PostgreSQL {version.partition(' ')[0]}"

    def names(self) -> Iterator[tuple[str, ...]]:
        """Paths of all datasets."""
        with session.snapshot(self._opened, self._config, self._brakes):
            yield from session.stream(self._opened, "concord_names", queries.NAMES)

    def signature(self) -> str:
        """A text that differs whenever any fact differs."""
        with session.snapshot(self._opened, self._config, self._brakes):
            return signature.signature(self._opened)

    def facts(self, scope: Scope) -> facts.Facts:
        """Every fact of the datasets in scope, from one snapshot."""
        with session.snapshot(self._opened, self._config, self._brakes):
            yield from Reading(self._opened, scope).all()

    def profile(self, target: DatasetTarget) -> Profile:
        """Look at the values of one dataset."""
        return profile.profile(self._opened, self._config, self._brakes, target)

    def relation(self, path: tuple[str, ...]) -> str:
        """Name a dataset in SQL."""
        return answering.relation(self._opened, path)

    def answer(self, query: str, most: int) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        return answering.answer(self._opened, self._config, self._brakes, query, most)

    def answers(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query."""
        return answering.answers(self._opened, self._config, self._brakes, query)
