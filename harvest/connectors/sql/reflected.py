"""From what SQLAlchemy's inspector returns to facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import types
from sqlalchemy.engine import Dialect

from harvest.connectors.sql.types import catalog_type, native_text
from harvest.facts import Constraint, Field, Index

Reflected = Mapping[str, Any]  # one dictionary of sqlalchemy.engine.interfaces


def column_facts(ref: str, columns: Sequence[Reflected], dialect: Dialect) -> Iterator[Field]:
    """Fields from `ReflectedColumn`s, in order."""
    for position, column in enumerate(columns, 1):
        native = native_text(column["type"], dialect)
        yield Field(
            ref,
            position,
            str(column["name"]),
            native,
            catalog_type(column["type"], native),
            nullable=bool(column.get("nullable", True)),
            default=_default(column),
            generated=_generated(column),
            comment=column.get("comment") or "",
            details=_details(column["type"]),
        )


def _default(column: Reflected) -> str:
    return "" if column.get("default") is None else str(column["default"])


def _generated(column: Reflected) -> str:
    if column.get("identity"):
        return "identity"
    return str((column.get("computed") or {}).get("sqltext") or "")


def _details(type_: types.TypeEngine[Any]) -> dict[str, Any] | None:
    return {"enum": list(type_.enums)} if isinstance(type_, types.Enum) else None


def constraint_facts(
    ref: str,
    key: Reflected | None,
    uniques: Sequence[Reflected],
    foreign: Sequence[Reflected],
    checks: Sequence[Reflected],
    ref_of: Callable[[str | None, str], str],
) -> Iterator[Constraint]:
    """Constraints of one table; `ref_of` finds the ref of (schema, table), "" when it is not in scope."""
    if key and key.get("constrained_columns"):
        yield Constraint(ref, key.get("name") or "PRIMARY KEY", "primary", tuple(key["constrained_columns"]))
    for unique in uniques:
        columns = tuple(unique["column_names"])
        yield Constraint(ref, unique.get("name") or _named("UNIQUE", columns), "unique", columns)
    for one in foreign:
        yield _foreign(ref, one, ref_of)
    for number, check in enumerate(checks, 1):
        yield Constraint(ref, check.get("name") or f"CHECK {number}", "check", (), str(check["sqltext"]))


def _foreign(ref: str, one: Reflected, ref_of: Callable[[str | None, str], str]) -> Constraint:
    columns = tuple(one["constrained_columns"])
    target = (one.get("referred_schema"), one["referred_table"])
    rules = one.get("options") or {}
    text = f"REFERENCES {'.'.join(part for part in target if part)} ({', '.join(one['referred_columns'])})"
    for rule, words in (("onupdate", "ON UPDATE"), ("ondelete", "ON DELETE")):
        text += f" {words} {rules[rule]}" if rules.get(rule) else ""
    return Constraint(
        ref, one.get("name") or _named("FOREIGN KEY", columns), "foreign", columns, text, ref_of(*target),
        tuple(one["referred_columns"]),
    )  # fmt: skip


def _named(words: str, columns: Sequence[str]) -> str:
    return f"{words} ({', '.join(columns)})"


def index_facts(ref: str, indexes: Sequence[Reflected]) -> Iterator[Index]:
    """Indexes of one table; expressions are in the definition only."""
    for index in indexes:
        columns = tuple(column for column in index["column_names"] if column is not None)
        parts = index.get("expressions") or columns
        yield Index(
            ref,
            index.get("name") or _named("INDEX", columns),
            columns,
            unique=bool(index.get("unique")),
            method=_method(index),
            definition=f"({', '.join(parts)})" if index.get("expressions") else "",
        )


def _method(index: Reflected) -> str:
    options = index.get("dialect_options") or {}
    return next((str(value) for key, value in options.items() if key.endswith("_using") and value), "")
