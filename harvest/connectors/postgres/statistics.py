"""The query that describes the values of several columns over the same rows, and its answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from psycopg2 import sql

from core.names import join_path
from harvest.connectors.base import FieldProfile
from harvest.connectors.postgres.columns import Column
from harvest.connectors.postgres.session import Row

FREQUENT = 10

_QUERY = sql.SQL("with picked as materialized (select {picked} from {source}){groups} {parts}")

# The values of a column, each once with its number of rows: all that is said of it comes from these.
_GROUP = sql.SQL(", {group} as (select {place} as v, count(*) as n from picked group by 1)")

_COMPARABLE = sql.SQL("""
    select {number}, whole.*, top.* from (
        select coalesce(sum(n) filter (where v is null), 0)::bigint, count(v), {extremes} from {group}) whole, (
        select array_agg(left(v::text, {longest}) order by n desc, v), array_agg(n order by n desc, v) from (
            select v, n from {group} where v is not null order by n desc, v limit {frequent}) first) top""")
_EXTREMES = sql.SQL("min(v)::text, max(v)::text")
_NO_EXTREMES = sql.SQL("null, null")

_OPAQUE = sql.SQL("""
    select {number}, count(*) filter (where {place}), null::bigint, null, null, null::text[], null::bigint[]
    from picked""")


class _Statistics(NamedTuple):
    """One row of the answer."""

    number: int
    nulls: int
    distinct: int | None
    minimum: str | None
    maximum: str | None
    values: list[str] | None
    counts: list[int] | None


def query(columns: Sequence[Column], source: sql.Composable, longest: int) -> sql.Composed:
    """Return the query over the rows of `source`, texts cut to `longest` characters."""
    numbered = list(enumerate(columns))
    return _QUERY.format(
        picked=sql.SQL(", ").join(sql.SQL("{} as {}").format(c.counted(longest), _place(n)) for n, c in numbered),
        source=source,
        groups=sql.Composed([_GROUP.format(group=_group(n), place=_place(n)) for n, c in numbered if c.is_comparable]),
        parts=sql.SQL(" union all ").join(_part(n, c, longest) for n, c in numbered),
    )


def field_profiles(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[FieldProfile]:
    """Yield the profiles of the columns from the rows that `query` gave."""
    found = {row[0]: _Statistics(*row) for row in rows}
    for number, column in enumerate(columns):
        seen = found[number]
        yield FieldProfile(
            path=join_path((column.name,)),
            nulls=seen.nulls,
            distinct=seen.distinct,
            minimum=seen.minimum,
            maximum=seen.maximum,
            frequent=_frequent(seen),
        )


def _part(number: int, column: Column, longest: int) -> sql.Composed:
    if not column.is_comparable:
        return _OPAQUE.format(number=sql.Literal(number), place=_place(number))
    return _COMPARABLE.format(
        number=sql.Literal(number),
        group=_group(number),
        extremes=_EXTREMES if column.is_ordered else _NO_EXTREMES,
        longest=sql.Literal(longest),
        frequent=sql.Literal(FREQUENT),
    )


def _frequent(seen: _Statistics) -> tuple[tuple[str, int], ...]:
    pairs = tuple(zip(seen.values or (), seen.counts or (), strict=True))
    all_different = bool(pairs) and pairs[0][1] == 1 and (seen.distinct or 0) > FREQUENT
    return () if all_different else pairs


def _place(number: int) -> sql.Identifier:
    return sql.Identifier(f"c{number}")


def _group(number: int) -> sql.Identifier:
    return sql.Identifier(f"g{number}")
