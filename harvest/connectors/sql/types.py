"""Types of columns: as the source prints them and as the catalog compares them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import types
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import SQLAlchemyError

from catalog.types import normalise

# Most specific first: an Enum is a String too, a Float is a Numeric.
CLASSES: tuple[tuple[type[types.TypeEngine[Any]], str], ...] = (
    (types.Boolean, "boolean"),
    (types.Enum, "enum"),
    (types.Uuid, "uuid"),
    (types.Interval, "interval"),
    (types.JSON, "json"),
    (types.ARRAY, "array"),
    (types.LargeBinary, "binary"),
    (types.BINARY, "binary"),
    (types.VARBINARY, "binary"),
    (types.Date, "date"),
    (types.Time, "time"),
    (types.Integer, "integer"),
    (types.Float, "float"),
    (types.Numeric, "decimal"),
    (types.String, "string"),
)


def native_text(type_: types.TypeEngine[Any], dialect: Dialect) -> str:
    """The type as the dialect would write it in DDL."""
    if isinstance(type_, types.NullType):
        return "unknown"
    try:
        return str(type_.compile(dialect=dialect))
    except (SQLAlchemyError, NotImplementedError, AttributeError):
        return type(type_).__name__


def catalog_type(type_: types.TypeEngine[Any], native: str) -> str:
    """One of `catalog.types.TYPES`."""
    known = normalise(native)
    if known != "unknown":
        return known
    if isinstance(type_, types.DateTime):
        return "timestamptz" if type_.timezone else "timestamp"
    return next((name for class_, name in CLASSES if isinstance(type_, class_)), "unknown")
