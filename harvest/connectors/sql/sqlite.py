"""Facts of a SQLite file, from its pragmas: reflection guesses at expressions and leaves out indexes on them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import SQLAlchemyError

from catalog.types import sqlite_type
from core.names import join_path
from harvest.connectors.base import Scope
from harvest.connectors.sql import sqlite_queries as queries
from harvest.connectors.sql.errors import driver_text
from harvest.connectors.sql.sqlite_ddl import TableText, read_table
from harvest.facts import Constraint, Container, Dataset, Facts, Field, Index, Problem

LARGEST_WALKED = 1 << 30  # sizes of tables come from every page of the file


@dataclass
class SQLite:
    """Reads the facts of one file: tables and views, virtual tables among them."""

    connection: Connection
    path: Path

    def names(self) -> Iterator[tuple[str, ...]]:
        for row in self._rows(queries.OBJECTS):
            yield (row.name,)

    def facts(self, scope: Scope) -> Facts:
        yield Container((), "database")
        wanted = [row for row in self._rows(queries.OBJECTS) if scope.wants((row.name,))]
        sizes = self._numbers(queries.SIZES) if self.path.stat().st_size <= LARGEST_WALKED else {}
        rows = self._numbers(queries.ESTIMATES)
        for row in wanted:
            yield _dataset(row, rows.get(row.name), sizes.get(row.name))
        refs = {row.name.lower(): join_path([row.name]) for row in wanted}
        for row in wanted:
            yield from self._object(row, refs)

    def _object(self, row: Row[Any], refs: Mapping[str, str]) -> Facts:
        """What hangs on one table or view; SQLite finds out that a view is broken when its columns are asked for."""
        ref = refs[row.name.lower()]
        declared = read_table(row.sql or "") if row.type == "table" else TableText()
        try:
            columns = list(self._rows(queries.COLUMNS, row.name))
            foreign = list(self._rows(queries.FOREIGN_KEYS, row.name))
            indexes = list(self._rows(queries.INDEXES, row.name))
        except SQLAlchemyError as error:
            yield Problem(ref, f"Its columns could not be read: {driver_text(error)}. Repair or drop it.", (row.name,))
            return
        yield from _fields(ref, columns, declared)
        yield from _keys(ref, columns, declared)
        yield from _foreign_keys(ref, foreign, declared, refs)
        yield from _indexes(ref, indexes)

    def _rows(self, query: str, name: str | None = None) -> Iterator[Row[Any]]:
        parameters = {} if name is None else {"name": name}
        yield from self.connection.execute(text(query), parameters)

    def _numbers(self, query: str) -> Mapping[str, int]:
        try:
            return {row.table_name: row.number for row in self._rows(query)}
        except SQLAlchemyError:
            return {}  # built without dbstat, or never analysed: unknown


def _dataset(row: Row[Any], rows: int | None, size: int | None) -> Dataset:
    details = {"virtual": True} if row.type == "virtual" else None
    is_view = row.type == "view"
    return Dataset(
        join_path([row.name]), (row.name,), "view" if is_view else "table",
        sql=row.sql or "" if is_view else "", rows=rows, size=size, details=details,
    )  # fmt: skip


def _fields(ref: str, columns: list[Row[Any]], declared: TableText) -> Iterator[Field]:
    keys = [column for column in columns if column.pk]
    for position, column in enumerate(columns, 1):
        # Such a column is another name of the row's number, which is never null whatever it is declared as.
        is_row_number = len(keys) == 1 and column.pk and column.type.upper() == "INTEGER"
        generated = "identity" if column.name in declared.automatic else ""
        yield Field(
            ref,
            position,
            column.name,
            column.type,
            sqlite_type(column.type),
            nullable=not column.not_null and not is_row_number,
            default=column.dflt_value or "",
            generated=declared.generated.get(column.name, generated),
            details={"stored": column.hidden == 3} if column.hidden else None,
        )


def _keys(ref: str, columns: list[Row[Any]], declared: TableText) -> Iterator[Constraint]:
    keys = sorted((column for column in columns if column.pk), key=lambda column: column.pk)
    if keys:
        yield Constraint(ref, declared.primary or "PRIMARY KEY", "primary", tuple(column.name for column in keys))
    for number, (name, expression) in enumerate(declared.checks, 1):
        yield Constraint(ref, name or f"CHECK {number}", "check", (), expression)


def _foreign_keys(ref: str, rows: list[Row[Any]], declared: TableText, refs: Mapping[str, str]) -> Iterator[Constraint]:
    names = declared.references  # the pragma numbers keys backwards; the query turns them round
    for number, (_, parts) in enumerate(groupby(rows, lambda row: row.id)):
        columns = list(parts)
        first = columns[0]
        fields = tuple(column.field for column in columns)
        targets = tuple(column.ref_field for column in columns if column.ref_field)
        name = names[number] if number < len(names) else ""
        text_ = (
            f"REFERENCES {first.target} ({', '.join(targets)}) ON UPDATE {first.on_update} ON DELETE {first.on_delete}"
        )
        unnamed = f"FOREIGN KEY ({', '.join(fields)})"
        yield Constraint(ref, name or unnamed, "foreign", fields, text_, refs.get(first.target.lower(), ""), targets)


def _indexes(ref: str, rows: list[Row[Any]]) -> Iterator[Constraint | Index]:
    for name, parts in groupby(rows, lambda row: row.name):
        columns = list(parts)
        first = columns[0]
        fields = tuple(column.field for column in columns if column.field)
        if first.origin == "u":
            yield Constraint(ref, f"UNIQUE ({', '.join(fields)})", "unique", fields)
        yield Index(ref, name, fields, unique=bool(first.is_unique), method="btree", definition=first.sql or "")


def file_signature(path: Path) -> str:
    """Differs whenever the file or its write-ahead log was written.

    The file is not opened: closing it would drop the locks SQLite holds in this process.
    """
    digest = hashlib.sha256()
    for one in (path, path.with_name(path.name + "-wal")):
        if one.exists():
            status = one.stat()
            digest.update(f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino};".encode())
    return digest.hexdigest()
