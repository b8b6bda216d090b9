"""A light profile of one table or view, worked out inside the database over a limited number of rows.

The rows are the first the database gives: no portable SQL takes a random sample without reading everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, FromClause, Select, column, func, select, table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.elements import quoted_name

from core.names import join_path
from harvest.connectors.base import Brakes, DatasetTarget, FieldProfile, ObjectError, Profile
from harvest.connectors.sql.errors import error_number, is_timeout
from harvest.connectors.sql.shown import NOT_COMPARED, NOT_ORDERED, as_text, shown
from harvest.connectors.sql.unreliable import DIALECT_ERRORS

COLUMNS_AT_ONCE = 40  # keeps statements on wide tables within what databases accept
FREQUENT = 10


@dataclass(frozen=True)
class _Column:
    label: str  # its name in the statements: short and free of odd signs
    name: str
    type: str


@dataclass
class Profiler:
    """Looks at one dataset over an open connection."""

    connection: Connection
    brakes: Brakes
    target: DatasetTarget
    schema: str | None

    def run(self) -> Profile:
        """Raises `ObjectError`, whose text holds no value."""
        if not self.target.fields:
            raise ObjectError(f"{join_path(self.target.path)} has no columns to look at. Harvest it first.")
        try:
            return self._run()
        except DIALECT_ERRORS as error:
            self.connection.rollback()
            raise ObjectError(self._message(error)) from None  # the chain could show values

    def _run(self) -> Profile:
        columns = [_Column(f"c{number}", *field) for number, field in enumerate(self.target.fields)]
        rows_read = self._count(columns[0])
        whole = rows_read < self.brakes.profile_rows
        profiles = [profile for chunk in _chunks(columns) for profile in self._profiles(chunk, rows_read)]
        return Profile(
            rows_read=rows_read,
            rows_total=rows_read if whole else self.target.rows,
            rows_exact=whole,
            columns=tuple(join_path([one.name]) for one in columns),
            rows=self._sample(columns),
            fields=tuple(profiles),
        )

    def _limited(self, columns: Sequence[_Column], rows: int) -> Select[Any]:
        quote = True if self.connection.dialect.name in {"mysql", "mariadb", "sqlite"} else None
        source = table(
            quoted_name(self.target.path[-1], quote),
            *(column(quoted_name(one.name, quote)) for one in columns),
            schema=quoted_name(self.schema, quote) if self.schema else None,
        )
        dialect, characters = self.connection.dialect.name, self.brakes.value_characters
        shown_columns = (shown(source.c[one.name], one.type, dialect, characters).label(one.label) for one in columns)
        return select(*shown_columns).limit(rows)

    def _subselect(self, columns: Sequence[_Column]) -> FromClause:
        return self._limited(columns, self.brakes.profile_rows).subquery("looked_at")

    def _count(self, first: _Column) -> int:
        return self.connection.execute(select(func.count()).select_from(self._subselect([first]))).scalar_one()

    def _sample(self, columns: Sequence[_Column]) -> tuple[tuple[str | None, ...], ...]:
        found = self.connection.execute(self._limited(columns, self.brakes.sample_rows))
        return tuple(tuple(self._text(value, one) for value, one in zip(row, columns, strict=True)) for row in found)

    def _profiles(self, chunk: Sequence[_Column], rows: int) -> list[FieldProfile]:
        """Profiles of a chunk; column by column where the database refuses one of them."""
        try:
            counts, frequent = self._aggregates(chunk), self._frequent(chunk)
        except SQLAlchemyError as error:
            self.connection.rollback()
            if is_timeout(error):
                raise
            return self._separately(chunk, rows)
        return [self._profile(one, counts, frequent.get(one.label, ()), rows) for one in chunk]

    def _separately(self, chunk: Sequence[_Column], rows: int) -> list[FieldProfile]:
        if len(chunk) > 1:
            return [profile for one in chunk for profile in self._profiles([one], rows)]
        one = _Column(chunk[0].label, chunk[0].name, "unknown")  # whatever it is, its nulls can be counted
        return [self._profile(one, self._aggregates([one]), (), rows)]

    def _aggregates(self, chunk: Sequence[_Column]) -> dict[str, Any]:
        source = self._subselect(chunk)
        wanted = [aggregate for one in chunk for aggregate in _aggregates_of(source.c[one.label], one)]
        row = self.connection.execute(select(*wanted)).one()
        return dict(row._mapping)

    def _frequent(self, chunk: Sequence[_Column]) -> dict[str, tuple[tuple[str, int], ...]]:
        compared = [one for one in chunk if one.type not in NOT_COMPARED]
        found: dict[str, list[tuple[str, int]]] = {one.label: [] for one in compared}
        for one in compared:
            for value, count in self.connection.execute(self._most_frequent(one)):
                found[one.label].append((self._text(value, one) or "", count))
        return {label: tuple(values) for label, values in found.items()}

    def _most_frequent(self, one: _Column) -> Select[Any]:
        value = self._subselect([one]).c[one.label]
        count = func.count()
        query = select(value, count).where(value.is_not(None)).group_by(value)
        return query.order_by(count.desc(), value).limit(FREQUENT)

    def _profile(
        self, one: _Column, counts: dict[str, Any], frequent: tuple[tuple[str, int], ...], rows: int
    ) -> FieldProfile:
        return FieldProfile(
            path=join_path([one.name]),
            nulls=max(0, rows - counts[f"{one.label}_filled"]),  # rows may come while it looks
            distinct=counts.get(f"{one.label}_distinct"),
            minimum=self._text(counts.get(f"{one.label}_min"), one),
            maximum=self._text(counts.get(f"{one.label}_max"), one),
            frequent=frequent,
        )

    def _text(self, value: Any, one: _Column) -> str | None:
        return as_text(value, one.type, self.brakes.value_characters)

    def _message(self, error: BaseException) -> str:
        name = join_path(self.target.path)
        if is_timeout(error):
            return f"Looking at {name} took longer than {self.brakes.statement_seconds} seconds and was stopped."
        reason = error_number(error)
        return f"{name} could not be looked at ({reason}). Check that it works and that the account may read it."


def _aggregates_of(value: Any, one: _Column) -> Iterator[Any]:
    yield func.count(value).label(f"{one.label}_filled")
    if one.type not in NOT_COMPARED:
        yield func.count(value.distinct()).label(f"{one.label}_distinct")
    if one.type not in NOT_ORDERED:
        yield func.min(value).label(f"{one.label}_min")
        yield func.max(value).label(f"{one.label}_max")


def _chunks(columns: Sequence[_Column]) -> Iterator[Sequence[_Column]]:
    for start in range(0, len(columns), COLUMNS_AT_ONCE):
        yield columns[start : start + COLUMNS_AT_ONCE]
