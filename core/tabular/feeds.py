"""Rows out of PostgreSQL by COPY, the fastest way out: the same predicate and the same columns as the page's.

A table is written whole into a file before any of it is sent. Whoever reads slowly then holds no snapshot of the
database open, and what breaks on the way is answered as an error and not as half a table.
"""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction

from core.tabular.cells import harmless_sql
from core.tabular.collections import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.tabular.collections import Collection, Column, Wanted

SEPARATOR = "\x1f"  # between names in one cell of a feed that programs of ours read
LONGEST = "10min"  # of one statement: the limit of pages is for pages
_JSON_ROW = "SELECT row_to_json(line) FROM ({query}) AS line"
# Neither character stands in JSON as PostgreSQL writes it, so that each line is just its row.
_AS_JSON = r"WITH (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01')"
_SQL_TYPES = {
    Kind.TEXT: "text",
    Kind.NUMBER: "bigint",
    Kind.FLAG: "boolean",
    Kind.MOMENT: "timestamptz",
    Kind.NAMES: "text[]",
}


def for_people(column: Column, cell: str) -> str:
    """A cell as a spreadsheet shows it, and does not run it."""
    if column.kind is Kind.NAMES:
        return harmless_sql(f"array_to_string({cell}, ' ')")
    if column.kind is Kind.TEXT and not column.word:
        return harmless_sql(cell)
    return plain(column, cell)


def plain(column: Column, cell: str) -> str:
    """A cell as text."""
    return {
        Kind.FLAG: f"CASE WHEN {cell} THEN 'yes' WHEN NOT {cell} THEN 'no' END",
        Kind.MOMENT: f"""to_char({cell} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
        Kind.NAMES: f"array_to_string({cell}, ' ')",
    }.get(column.kind, cell)


def for_programs(column: Column, cell: str) -> str:
    """A cell as a program of ours reads it from CSV."""
    if column.kind is Kind.NAMES:
        return f"array_to_string({cell}, E'\\x1f')"
    return plain(column, cell) if column.kind is Kind.MOMENT else cell


def copy_csv(
    collection: Collection, viewer: Any, wanted: Wanted, file: IO[bytes], cell: Callable[[Column, str], str],
    *, header: bool = True,
) -> int:  # fmt: skip
    """Write the rows as CSV, each cell as `cell` says; return how many there are."""
    query = rendered(collection, viewer, wanted, cell)
    return _copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER {str(header).lower()})", file)


def copy_json(collection: Collection, viewer: Any, wanted: Wanted, file: IO[bytes]) -> int:
    """Write each row as a line of JSON; return how many there are."""
    query = rendered(collection, viewer, wanted, lambda column, cell: cell)
    return _copy(f"COPY ({_JSON_ROW.format(query=query)}) TO STDOUT {_AS_JSON}", file)


def rendered(
    collection: Collection, viewer: Any, wanted: Wanted, cell: Callable[[Column, str], str], *, extra: str = ""
) -> str:
    """Return the statement that gives a collection's cells under their names, its values filled in."""
    names = [f'"{name}"' for name in collection.names]
    cells = ", ".join(
        f"{cell(column, f'line.{name}')} AS {name}" for column, name in zip(collection.columns, names, strict=True)
    )
    return f"SELECT {cells}{extra} FROM ({_inner(collection, viewer, wanted)}) AS line ({', '.join(names)})"  # noqa: S608


def _inner(collection: Collection, viewer: Any, wanted: Wanted) -> str:
    if collection.lines is not None:
        return _given(collection.columns, list(collection.lines(viewer, wanted)))
    try:
        sql, parameters = collection.read(viewer, wanted).query.sql_with_params()
    except EmptyResultSet:
        return _given(collection.columns, [])
    return filled(sql, parameters)


def filled(sql: str, parameters: Sequence[Any]) -> str:
    """Return a statement with its values in it: COPY takes none."""
    with connection.cursor() as cursor:
        return str(cursor.mogrify(sql, parameters).decode())


def _given(columns: Sequence[Column], lines: list[Sequence[Any]]) -> str:
    """Return a statement whose rows are `lines`."""
    names = [f"c{at}" for at in range(len(columns))]
    types = ", ".join(f"{name} {_SQL_TYPES[column.kind]}" for name, column in zip(names, columns, strict=True))
    rows = json.dumps([dict(zip(names, line, strict=True)) for line in lines], default=str, ensure_ascii=False)
    return filled(f"SELECT {', '.join(names)} FROM jsonb_to_recordset(%s::jsonb) AS given ({types})", [rows])  # noqa: S608


def _copy(statement: str, file: IO[bytes]) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{LONGEST}'")
        cursor.copy_expert(statement, file)
        return int(cursor.rowcount)
