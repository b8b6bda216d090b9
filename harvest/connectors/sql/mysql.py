"""Facts of MySQL and MariaDB: a dozen queries to information_schema, whatever the number of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, bindparam, text
from sqlalchemy.exc import SQLAlchemyError

from core.names import join_path
from harvest.connectors.base import Scope
from harvest.connectors.sql import mysql_queries as queries
from harvest.connectors.sql.errors import driver_text
from harvest.connectors.sql.mysql_facts import (
    column_field,
    dataset_facts,
    index_fact,
    json_columns,
    key_constraint,
)
from harvest.facts import Constraint, Container, Facts, Problem, Routine

BATCH = 2_000  # rows fetched at once
SCOPE = re.compile(r"SCOPE\(([\w.]+)\)")
# The plain comparison lets the server open one database only; the second tells case twins apart.
ONE = r"\1 = :database AND BINARY \1 = :database"
ALL = r"\1 NOT IN :system"


@dataclass
class MySQL:
    """Reads the facts of a server, or of one of its databases."""

    connection: Connection
    database: str | None
    unreadable: set[tuple[str, ...]] = field(default_factory=set)  # already told

    @property
    def mariadb(self) -> bool:
        return bool(getattr(self.connection.dialect, "is_mariadb", False))

    def names(self) -> Iterator[tuple[str, ...]]:
        for row in self._rows(queries.NAMES):
            yield row.schema_name, row.table_name

    def facts(self, scope: Scope) -> Facts:
        refs: dict[tuple[str, str], str] = {}
        for row in self._rows(queries.SCHEMATA_MARIADB if self.mariadb else queries.SCHEMATA):
            yield Container((row.schema_name,), "database", comment=row.comment or "")
        yield from self._datasets(scope, refs)
        yield from self._guarded("Columns", self._columns(refs))
        yield from self._guarded("Keys", self._keys(refs))
        yield from self._guarded("Checks", self._checks(refs))
        yield from self._guarded("Indexes", self._indexes(refs))
        yield from self._guarded("Routines", self._routines(scope))

    def _rows(self, query: str) -> Iterator[Row[Any]]:
        statement = text(SCOPE.sub(ONE if self.database else ALL, query))
        if self.database:
            statement = statement.bindparams(database=self.database)
        else:
            statement = statement.bindparams(bindparam("system", queries.SYSTEM, expanding=True))
        options = {"stream_results": True, "max_row_buffer": BATCH}
        with self.connection.execute(statement, execution_options=options) as result:
            yield from result

    def _guarded(self, what: str, found: Facts) -> Facts:
        """Facts of one kind; a failure of their query costs that kind only."""
        try:
            yield from found
        except SQLAlchemyError as error:
            self.connection.rollback()
            path = () if what == "Columns" else None
            yield Problem(f"{what} of all tables", f"They could not be read: {driver_text(error)}.", path)

    def _datasets(self, scope: Scope, refs: dict[tuple[str, str], str]) -> Facts:
        views = {(row.schema_name, row.table_name): row for row in self._rows(queries.VIEWS)}
        partitions = {(row.schema_name, row.table_name): row for row in self._rows(queries.PARTITIONS)}
        for row in self._rows(queries.TABLES):
            key = (row.schema_name, row.table_name)
            if scope.wants(key):
                refs[key] = join_path(key)
                for fact in dataset_facts(row, views.get(key), partitions.get(key)):
                    if isinstance(fact, Problem) and fact.path:
                        self.unreadable.add(fact.path)
                    yield fact

    def _columns(self, refs: dict[tuple[str, str], str]) -> Facts:
        json = json_columns(self._rows(queries.CHECKS_MARIADB)) if self.mariadb else set()
        missing = refs.keys() - self.unreadable
        for row in self._rows(queries.COLUMNS):
            key = (row.schema_name, row.table_name)
            if key in refs:
                missing.discard(key)
                yield column_field(refs[key], row, is_json=(*key, row.column_name) in json)
        for key in sorted(missing):
            message = "None of its columns can be read: it is broken, or the account lacks the right to select from it."
            yield Problem(refs[key], message, key)

    def _keys(self, refs: dict[tuple[str, str], str]) -> Facts:
        rules = {(row.schema_name, row.table_name, row.constraint_name): row for row in self._rows(queries.RULES)}
        for key, rows in groupby(self._rows(queries.KEYS), _key_of):
            if key[:2] in refs:
                yield key_constraint(refs[key[:2]], list(rows), rules.get((key[0], key[1], key[3])), refs)

    def _checks(self, refs: dict[tuple[str, str], str]) -> Facts:
        for row in self._rows(queries.CHECKS_MARIADB if self.mariadb else queries.CHECKS):
            ref = refs.get((row.schema_name, row.table_name))
            if ref is not None:
                fields = (row.constraint_name,) if row.level == "Column" else ()
                yield Constraint(ref, row.constraint_name, "check", fields, row.check_clause or "")

    def _indexes(self, refs: dict[tuple[str, str], str]) -> Facts:
        rows = self._rows(queries.INDEXES_MARIADB if self.mariadb else queries.INDEXES)
        for key, parts in groupby(rows, lambda row: (row.schema_name, row.table_name, row.index_name)):
            if key[:2] in refs:
                yield index_fact(refs[key[:2]], list(parts))

    def _routines(self, scope: Scope) -> Facts:
        arguments: dict[tuple[str, str, str], list[str]] = {}
        for row in self._rows(queries.PARAMETERS):
            words = (row.parameter_mode, row.parameter_name, row.dtd_identifier)
            key = (row.schema_name, row.routine_type, row.specific_name)
            arguments.setdefault(key, []).append(" ".join(word for word in words if word))
        for row in self._rows(queries.ROUTINES):
            path = (row.schema_name, row.routine_name)
            if scope.wants(path):
                listed = arguments.get((row.schema_name, row.routine_type, row.specific_name), [])
                yield _routine(path, row, ", ".join(listed))


def _key_of(row: Row[Any]) -> tuple[str, str, int, str]:
    return row.schema_name, row.table_name, row.is_foreign, row.constraint_name


def _routine(path: tuple[str, str], row: Row[Any], arguments: str) -> Routine:
    return Routine(
        path,
        row.routine_type.lower(),
        arguments,
        row.dtd_identifier or "",
        row.routine_body or "SQL",
        row.comment or "",
    )
