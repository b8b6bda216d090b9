"""From rows of MySQL's information_schema to facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from catalog.types import normalise
from core.names import join_path
from harvest.facts import Constraint, Dataset, Facts, Field, Index, Problem

JSON_CHECK = re.compile(r"^json_valid\(`(?:[^`]|``)+`\)$")
ENUM_VALUE = re.compile(r"'((?:[^']|'')*)'")
Refs = Mapping[tuple[str, str], str]


def dataset_facts(row: Row[Any], view: Row[Any] | None, partition: Row[Any] | None) -> Facts:
    """The dataset of a row of TABLES, and what is wrong with it."""
    path = (row.schema_name, row.table_name)
    is_view = row.table_type == "VIEW"
    broken = row.engine is None and bool(row.comment) and row.comment != "VIEW"
    yield Dataset(
        join_path(path),
        path,
        "view" if is_view else "table",
        comment="" if is_view or broken else row.comment or "",
        owner=view.definer if view else "",
        sql=view.view_definition or "" if view else "",
        rows=None if is_view else row.table_rows,
        size=None if is_view or row.size is None else int(row.size),
        created_at=utc(row.create_time),
        modified_at=utc(row.update_time),
        partition_key=_partition_key(partition) if partition else "",
        details=_table_details(row, view),
    )
    if broken:
        yield Problem(join_path(path), f"The server cannot open it: {row.comment}. Repair or drop it.", path)
    elif view and not view.view_definition:
        yield Problem(join_path(path), "Its SQL is hidden from this account. Grant it SHOW VIEW.")


def _table_details(row: Row[Any], view: Row[Any] | None) -> dict[str, Any]:
    if view:
        return {
            "security": view.security_type,
            "check_option": view.check_option,
            "updatable": view.is_updatable == "YES",
        }
    details = {"engine": row.engine, "row_format": row.row_format, "collation": row.table_collation}
    if row.table_type != "BASE TABLE":
        details["table_type"] = row.table_type.lower()
    return details


def _partition_key(row: Row[Any]) -> str:
    key = f"{row.method} ({row.expression or ''})"
    return f"{key}, {row.submethod} ({row.subexpression or ''})" if row.submethod else key


def utc(moment: datetime | None) -> datetime | None:
    """A time of the session, whose zone is UTC, made aware."""
    return moment.replace(tzinfo=UTC) if moment else None


def json_columns(checks: Iterable[Row[Any]]) -> set[tuple[str, str, str]]:
    """Columns declared JSON, which MariaDB keeps as LONGTEXT with a check named after the column."""
    return {
        (row.schema_name, row.table_name, row.constraint_name)
        for row in checks
        if row.level == "Column" and JSON_CHECK.match(row.check_clause or "")
    }


def column_field(ref: str, row: Row[Any], *, is_json: bool) -> Field:
    """A row of COLUMNS. Numbers keep their display width: the type is the server's own text."""
    return Field(
        ref,
        int(row.position),
        row.column_name,
        row.column_type,
        "json" if is_json else normalise(row.column_type),
        nullable=row.is_nullable == "YES",
        # MariaDB writes the default of a nullable column that has none as the text NULL.
        default="" if row.column_default in (None, "NULL") else row.column_default,
        generated="identity" if "auto_increment" in row.extra.lower() else row.expression or "",
        comment=row.comment or "",
        details=_column_details(row),
    )


def _column_details(row: Row[Any]) -> dict[str, Any] | None:
    details: dict[str, Any] = {}
    if row.data_type.lower() in {"enum", "set"}:
        details["enum"] = enum_values(row.column_type)
    if row.collation_name:
        details["collation"] = row.collation_name
    extra = row.extra.lower()
    if extra and extra != "auto_increment":
        details["extra"] = row.extra  # on update …, VIRTUAL GENERATED, INVISIBLE, WITHOUT SYSTEM VERSIONING
    return details or None


def enum_values(column_type: str) -> list[str]:
    """The values of ``enum('a','it''s')`` or ``set(…)``."""
    return [value.replace("''", "'") for value in ENUM_VALUE.findall(column_type.partition("(")[2])]


def key_constraint(ref: str, rows: Sequence[Row[Any]], rule: Row[Any] | None, refs: Refs) -> Constraint:
    """The rows of one key in KEYS, in order of its columns."""
    first = rows[0]
    fields = tuple(row.column_name for row in rows)
    if not first.is_foreign:
        kind = "primary" if first.constraint_name == "PRIMARY" else "unique"
        return Constraint(ref, first.constraint_name, kind, fields)
    target = (first.ref_schema, first.ref_table)
    ref_fields = tuple(row.ref_column for row in rows)
    text = f"REFERENCES {join_path(target)} ({', '.join(ref_fields)})"
    if rule:
        text += f" ON UPDATE {rule.update_rule} ON DELETE {rule.delete_rule}"
    return Constraint(ref, first.constraint_name, "foreign", fields, text, refs.get(target, ""), ref_fields)


def index_fact(ref: str, rows: Sequence[Row[Any]]) -> Index:
    """The rows of one index in INDEXES, in order of its parts."""
    first = rows[0]
    return Index(
        ref,
        first.index_name,
        tuple(row.column_name for row in rows if row.column_name is not None),
        unique=not first.non_unique,
        method=(first.index_type or "").lower(),
        definition=f"({', '.join(_index_part(row) for row in rows)})",
    )


def _index_part(row: Row[Any]) -> str:
    part = row.column_name if row.column_name is not None else f"({row.expression})"
    length = f"({row.sub_part})" if row.sub_part else ""
    return f"{part}{length}{' DESC' if row.direction == 'D' else ''}"
