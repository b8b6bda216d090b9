"""Rows of the catalog turned into facts about constraints, indexes, views' sources and routines."""

from __future__ import annotations

from collections.abc import Mapping

from harvest import facts
from harvest.connectors.postgres.fields import Names, named
from harvest.connectors.postgres.session import Row

Columns = Mapping[int, Names]  # by the oid of each relation in scope

_CONSTRAINTS = {"p": "primary", "u": "unique", "f": "foreign", "c": "check", "x": "exclusion"}
_ROUTINES = {"f": "function", "p": "procedure", "a": "aggregate", "w": "window"}


def constraint(row: Row, columns: Columns) -> facts.Constraint:
    """Return one constraint of a relation in scope; what it points at outside the scope is left to its definition."""
    oid, name, kind, numbers, target, target_numbers, definition = row
    known = target in columns
    return facts.Constraint(
        str(oid),
        name,
        _CONSTRAINTS[kind],
        named(columns[oid], numbers),
        definition or "",
        str(target) if known else "",
        named(columns[target], target_numbers) if known else (),
    )


def index(row: Row, columns: Columns) -> facts.Index:
    """Return one index of a relation in scope; `fields` are its key columns."""
    oid, name, unique, numbers, keys, method, definition = row
    key_columns = [int(number) for number in numbers.split()[:keys]]
    return facts.Index(str(oid), name, named(columns[oid], key_columns), unique, method, definition or "")


def dependency(row: Row, columns: Columns) -> facts.Dependency:
    """Return what a view in scope reads from another relation in scope."""
    oid, upstream, numbers = row
    return facts.Dependency(str(oid), str(upstream), named(columns[upstream], numbers))


def routine(row: Row) -> facts.Routine:
    """Return one function, procedure or aggregate."""
    schema, name, kind, arguments, returns, language, comment = row
    return facts.Routine((schema, name), _ROUTINES[kind], arguments or "", returns or "", language, comment or "")
