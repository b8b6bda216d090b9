"""How values are looked at: expressions that cut them inside the source, and text for what comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, case, cast, func, literal

HIDDEN = frozenset({"binary", "geometry"})  # shown as their length
AS_TEXT = frozenset({"string", "json", "xml", "enum", "uuid", "network", "array", "struct", "map", "range", "interval"})
NOT_COMPARED = HIDDEN | {"json", "xml", "array", "struct", "map", "bits", "range", "unknown"}
NOT_ORDERED = NOT_COMPARED | {"boolean", "uuid", "network", "interval"}
CAST_FIRST = AS_TEXT - {"string"}


def shown(column: ColumnElement[Any], type_: str, dialect: str, characters: int) -> ColumnElement[Any]:
    """The expression that stands for a column: long text cut, binary as its length, the rest as it is."""
    if dialect == "sqlite":
        return _sqlite(column, type_, characters)
    if type_ in HIDDEN:
        return _length(column, dialect)
    if type_ == "string":
        return func.substr(column, 1, characters + 1) if dialect != "mssql" else func.left(column, characters + 1)
    if type_ in CAST_FIRST and dialect not in {"mysql", "mariadb"}:
        return func.substr(cast(column, Text), 1, characters + 1)
    if type_ in CAST_FIRST:
        return func.substr(column, 1, characters + 1)
    return column


def _sqlite(column: ColumnElement[Any], type_: str, characters: int) -> ColumnElement[Any]:
    """Any SQLite column may hold a blob or a long text, whatever its declared type."""
    blob = literal("<") + func.length(column) + literal(" bytes>")
    return case(
        (func.typeof(column) == "blob", blob),
        (func.typeof(column) == "text", func.substr(column, 1, characters + 1)),
        else_=column,
    )


def _length(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    names = {"mssql": "datalength", "postgresql": "octet_length", "bigquery": "byte_length"}
    length: ColumnElement[Any] = getattr(func, names.get(dialect, "length"))(column)
    return length


def as_text(value: Any, type_: str, characters: int) -> str | None:
    """A value of the sample as text, cut to so many characters."""
    if value is None:
        return None
    if type_ in HIDDEN and isinstance(value, int):
        return f"<{value} bytes>"
    if isinstance(value, bytes | bytearray | memoryview):
        return format(int.from_bytes(value), "b") if type_ == "bits" else f"<{len(value)} bytes>"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)
    return cut(text, characters)


def cut(text: str, characters: int) -> str:
    """Cut long text, saying so, and replace what PostgreSQL cannot keep."""
    text = text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return text if len(text) <= characters else text[: characters - 1] + "…"
