"""Rows into PostgreSQL by COPY."""

import json
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from psycopg2 import extensions, sql

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_rows(
    connection: extensions.connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Append `rows` to ``schema.table``; returns how many there were."""
    lines = ["\t".join(map(_encode, row)) for row in rows]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(*table.split(".")), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor:
        cursor.copy_expert(statement, StringIO("\n".join(lines) + "\n" if lines else ""))
    return len(lines)


def copy_query(source: extensions.connection, query: str, target: extensions.connection, table: str) -> None:
    """Append the result of `query` to ``schema.table`` of another database, columns in order."""
    buffer = StringIO()
    with source.cursor() as cursor:
        cursor.copy_expert(f"COPY ({query}) TO STDOUT", buffer)
    buffer.seek(0)
    with target.cursor() as cursor:
        cursor.copy_expert(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(*table.split("."))), buffer)


def _encode(value: Any) -> str:
    """One value in COPY's text format."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if _is_json(value):
        return json.dumps(value).translate(_ESCAPES)
    if isinstance(value, list):
        return "{" + ",".join(_array_items(value)).translate(_ESCAPES) + "}"
    return str(value).translate(_ESCAPES)


def _is_json(value: Any) -> bool:
    """Objects, and lists of objects, are jsonb; other lists are arrays."""
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _array_items(values: list[Any]) -> Iterator[str]:
    for value in values:
        text = str(value).replace("\\", "\\\\").replace('"', '\\"')
        yield f'"{text}"'
