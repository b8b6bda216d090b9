"""Rows of the catalog turned into facts about columns and the parts of composite ones."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import count, islice
from typing import Any

from catalog.types import normalise
from core.names import join_path
from harvest import facts
from harvest.connectors.postgres.session import Row
from harvest.connectors.postgres.types import Member, Resolved, Types

MOST_NESTED = 5_000  # parts of one column: composites of composites multiply

Names = tuple[str, ...]  # of a relation's columns; the place is the column's number, "" where there is none


def names(rows: list[Row]) -> Names:
    """Return the columns' names by number. Interned: a warehouse repeats a few thousand names many times."""
    found = [""] * (rows[-1][1] + 1)
    for row in rows:
        found[row[1]] = sys.intern(row[2])
    return tuple(found)


def named(columns: Names, numbers: list[int] | None) -> Names:
    """Return the names of columns by number, leaving out expressions and system columns."""
    return tuple(columns[number] for number in numbers or () if 0 < number < len(columns) and columns[number])


def fields(rows: list[Row], types: Types) -> Iterator[facts.Field]:
    """Yield the fields of one relation from its rows of `queries.FIELDS`."""
    ref = str(rows[0][0])
    positions = count(1)
    for row in rows:
        _, _, name, native, type_oid, not_null, default, identity, generated, comment, collation, partition = row
        resolved = types.of(type_oid, native)
        details = None
        if resolved or identity or generated or collation or partition:
            details = _details(resolved, identity, generated, collation)
            if partition:
                details = (details or {}) | {"partition_position": partition}
        yield facts.Field(
            ref,
            next(positions),
            name,
            native,
            resolved.type if resolved else normalise(native),
            not (not_null or (resolved is not None and resolved.not_null)),
            "",
            "" if generated else default or "",
            "identity" if identity else default if generated else "",
            comment or "",
            details,
        )
        if resolved and resolved.members:
            yield from islice(_nested(ref, (name,), resolved.members, types, positions), MOST_NESTED)


def _nested(
    ref: str, parent: tuple[str, ...], members: tuple[Member, ...], types: Types, positions: Iterator[int]
) -> Iterator[facts.Field]:
    enclosing = join_path(parent)
    for member in members:
        resolved = types.of(member.type_oid, member.native)
        kind = resolved.type if resolved else normalise(member.native)
        yield facts.Field(
            ref,
            next(positions),
            member.name,
            member.native,
            kind,
            parent=enclosing,
            comment=member.comment or "",
            details=(resolved.details or None) if resolved else None,
        )
        if resolved and resolved.members:
            yield from _nested(ref, (*parent, member.name), resolved.members, types, positions)


def _details(resolved: Resolved | None, identity: str, generated: str, collation: str | None) -> dict[str, Any] | None:
    details = dict(resolved.details or {}) if resolved else {}
    if resolved and resolved.parts > MOST_NESTED:
        details["parts_left_out"] = resolved.parts - MOST_NESTED
    if identity:
        details["identity"] = "always" if identity == "a" else "by default"
    if generated == "v":
        details["virtual"] = True
    if collation:
        details["collation"] = collation
    return details or None
