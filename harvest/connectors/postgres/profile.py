"""Looks at the values of one relation: counts are made by the source, over no more rows than the brakes allow."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psycopg2
from psycopg2 import errors, sql
from psycopg2.extensions import connection

from core.names import join_path
from harvest.connectors.base import Brakes, DatasetTarget, FieldProfile, ObjectError, Profile
from harvest.connectors.postgres import session, statistics
from harvest.connectors.postgres.columns import Readable, look
from harvest.connectors.postgres.config import PostgresConfig
from harvest.connectors.postgres.errors import condition, is_lost

SLOW_KINDS = ("view", "foreign_table")  # what is behind them is unknown, so they get less time
SLOW_SECONDS = 15
FULL_WIDTH = 64  # relations with more columns are looked at in fewer rows, so that the work stays the same
FEWEST_ROWS = 1_000
COLUMNS_AT_ONCE = 50

_STEADY = {
    # The same rows for every statement about one relation.
    "synchronize_seqscans": "off",
    "max_parallel_workers_per_gather": "0",
}


def profile(opened: connection, config: PostgresConfig, brakes: Brakes, target: DatasetTarget) -> Profile:
    """Return the profile; raise `ObjectError` where this relation cannot be read."""
    seconds = min(SLOW_SECONDS, brakes.statement_seconds) if target.kind in SLOW_KINDS else brakes.statement_seconds
    with session.snapshot(opened, config, brakes, statement_timeout=f"{seconds}s", **_STEADY):
        try:
            readable = look(opened, target)
            return _Profiler(opened, brakes, target, readable, time.monotonic() + seconds).profile()
        except psycopg2.Error as error:
            if is_lost(error):
                raise
            # Without the cause: the server's message may quote a value.
            raise ObjectError(sentence(error, join_path(target.path), seconds)) from None
        except UnicodeDecodeError:
            raise ObjectError(f"{join_path(target.path)} holds text that is not UTF-8.") from None


def sentence(error: psycopg2.Error, path: str, seconds: int) -> str:
    """Say why a relation could not be looked at, without any value."""
    if isinstance(error, errors.QueryCanceled):
        return f"Looking at {path} took longer than {seconds} seconds and was stopped."
    if isinstance(error, errors.LockNotAvailable):
        return f"{path} is locked by another program: try again later."
    if isinstance(error, errors.InsufficientPrivilege):
        return f"No right to read {path} or something it reads from: grant select to the user of this source."
    return f"{path} cannot be read; the source says: {condition(error)} (SQLSTATE {error.pgcode})."


class _Profiler:
    def __init__(
        self, opened: connection, brakes: Brakes, target: DatasetTarget, readable: Readable, deadline: float
    ) -> None:
        self._opened = opened
        self._brakes = brakes
        self._readable = readable
        self._deadline = deadline
        self._path = join_path(target.path)
        self._relation = sql.Identifier(*target.path)
        self._limit = _rows_to_read(brakes, len(readable.columns))

    def profile(self) -> Profile:
        estimate = self._estimate()
        source = self._source(estimate)
        rows_read = self._count(source)
        if not rows_read and estimate:  # few and empty blocks were drawn
            source = self._first_rows()
            rows_read = self._count(source)
        total, exact = self._total(rows_read, estimate)
        return Profile(
            rows_read=rows_read,
            rows_total=total,
            rows_exact=exact,
            columns=tuple(join_path((column.name,)) for column in self._readable.columns),
            rows=self._sample(source),
            fields=tuple(self._fields(source)),
        )

    def _rows(self, query: sql.Composable) -> list[session.Row]:
        if time.monotonic() > self._deadline:
            raise ObjectError(f"Looking at {self._path} took too long and was stopped.")
        return session.rows(self._opened, query)

    # --- which rows

    def _estimate(self) -> int | None:
        """Return the planner's idea of the number of rows, from the size the relation has now."""
        if not self._readable.has_storage:
            return None
        [(plan,)] = self._rows(sql.SQL("explain (format json) select from {}").format(self._relation))
        return int(plan[0]["Plan"]["Plan Rows"])

    def _source(self, estimate: int | None) -> sql.Composed:
        if estimate is None or estimate <= 2 * self._limit:
            return self._first_rows()
        percent = min(100.0, 110.0 * self._limit / estimate)
        return sql.SQL("{} tablesample system ({}) repeatable (1) limit {}").format(
            self._relation, sql.Literal(percent), sql.Literal(self._limit)
        )

    def _first_rows(self) -> sql.Composed:
        return sql.SQL("{} limit {}").format(self._relation, sql.Literal(self._limit))

    def _count(self, source: sql.Composed) -> int:
        [(rows,)] = self._rows(sql.SQL("select count(*) from (select from {}) picked").format(source))
        return int(rows)

    def _total(self, rows_read: int, estimate: int | None) -> tuple[int | None, bool]:
        if rows_read < self._limit and (estimate is None or estimate <= 2 * self._limit):
            return rows_read, True
        if estimate is None or estimate > 2 * self._brakes.profile_rows:
            return estimate, False
        most = self._brakes.profile_rows
        whole = sql.SQL("{} limit {}").format(self._relation, sql.Literal(most + 1))
        counted = self._count(whole)
        return (counted, True) if counted <= most else (max(counted, estimate), False)

    # --- what is in them

    def _sample(self, source: sql.Composed) -> tuple[tuple[str | None, ...], ...]:
        if not self._readable.columns:
            return ()
        longest = self._brakes.value_characters
        shown = sql.SQL(", ").join(column.shown(longest) for column in self._readable.columns)
        inner = sql.SQL(", ").join(sql.Identifier(column.name) for column in self._readable.columns)
        query = sql.SQL("select {} from (select {} from {}) picked limit {}").format(
            shown, inner, source, sql.Literal(self._brakes.sample_rows)
        )
        return tuple(self._rows(query))

    def _fields(self, source: sql.Composed) -> Iterator[FieldProfile]:
        columns, longest = self._readable.columns, self._brakes.value_characters
        for start in range(0, len(columns), COLUMNS_AT_ONCE):
            batch = columns[start : start + COLUMNS_AT_ONCE]
            rows = self._rows(statistics.query(batch, source, longest))
            yield from statistics.field_profiles(batch, rows)


def _rows_to_read(brakes: Brakes, columns: int) -> int:
    fitting = brakes.profile_rows * FULL_WIDTH // max(columns, FULL_WIDTH)
    return min(brakes.profile_rows, max(FEWEST_ROWS, fitting))
