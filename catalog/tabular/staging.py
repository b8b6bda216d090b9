"""What a file says, beside what the reader's table says now: in a temporary table, row by row with its id."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import BigIntegerField, TextField, Value
from django.db.models.expressions import RawSQL

from core.tabular.collections import PREFIX
from core.tabular.feeds import filled, plain
from core.tabular.reading import Unreadable

if TYPE_CHECKING:
    from core.tabular.collections import Collection, Column
    from core.tabular.reading import Given
    from permissions.models import User

BATCH = 5_000
TABLE = "stage_table"


class Line(NamedTuple):
    """A row of the file that differs: what it says and what stands there, by column; without an id there is none."""

    number: int
    pk: int | None
    key: str
    twice: bool
    given: tuple[str, ...]
    now: tuple[str, ...]
    who: tuple[str, ...]  # who says what stands there: human, harvest, or nobody


@dataclass(frozen=True)
class Columns:
    """The columns of a file, by what becomes of them: the key, what is written, and what is only to be read."""

    key: tuple[str, ...]
    written: tuple[Column, ...]
    ignored: tuple[str, ...]


def sorted_columns(collection: Collection, given: tuple[str, ...]) -> Columns:
    """Raises `Unreadable` where the key is missing, a column is unknown, or none can be written."""
    if unknown := [name for name in given if name not in collection.names]:
        told = ", ".join(f"“{name[:60]}”" for name in unknown[:10])
        raise Unreadable(f"There is no column {told}. Known are: {', '.join(collection.names)}.")
    if missing := [name for name in collection.key if name not in given]:
        raise Unreadable(f"The column {', '.join(missing)} is missing: it says which row is meant.")
    others = [collection.column(name) for name in given if name not in collection.key]
    written = tuple(column for column in others if column.fact)
    if not written:
        can = ", ".join(column.name for column in collection.columns if column.fact)
        raise Unreadable(f"Nothing in this file can be written. What can is: {can}.")
    return Columns(collection.key, written, tuple(column.name for column in others if not column.fact))


@contextmanager
def staged(person: User, collection: Collection, given: Given, columns: Columns) -> Iterator[int]:
    """Hold the rows in a temporary table, with the ids of those the person may know of; yields how many they are."""
    names = [f"k{at}" for at in range(len(columns.key))] + [f"c{at}" for at in range(len(columns.written))]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # the web's time limit is not for this
        definition = ", ".join(f"{name} text NOT NULL" for name in names)
        cursor.execute(f"CREATE TEMPORARY TABLE {TABLE} (line bigint, id bigint, {definition}) ON COMMIT DROP")
    try:
        count = _fill(given, columns, names)
        _find(person, collection, columns)
        yield count
    finally:
        _drop()


def _drop() -> None:
    if not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")


def _fill(given: Given, columns: Columns, names: list[str]) -> int:
    wanted = (*columns.key, *(column.name for column in columns.written))
    places = [given.columns.index(name) for name in wanted]
    count = 0
    statement = (
        f"COPY {TABLE} (line, {', '.join(names)}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL ({', '.join(names)}))"
    )
    while batch := list(islice(given.rows, BATCH)):
        text = io.StringIO()
        csv.writer(text).writerows([number, *(cells[place] for place in places)] for number, cells in batch)
        with connection.cursor() as cursor:
            cursor.copy_expert(statement, io.BytesIO(text.getvalue().encode()))
        count += len(batch)
    return count


def _find(person: User, collection: Collection, columns: Columns) -> None:
    """Write down the id of each row that the person may know of, found by its key."""
    cells = [f"{PREFIX}{name}" for name in columns.key]
    first = cells[0]
    known = collection.with_cells(person, {}, (collection.column(name) for name in columns.key))
    known = known.filter(**{f"{first}__in": RawSQL(f"SELECT k0 FROM {TABLE}", [])})  # noqa: S608, S611 - our own
    sql, parameters = known.order_by().values_list("pk", *cells).query.sql_with_params()
    named = ", ".join(f"k{at}" for at in range(len(cells)))
    equal = " AND ".join(f"known.k{at} = s.k{at}" for at in range(len(cells)))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {TABLE}")
        cursor.execute(
            f"UPDATE {TABLE} AS s SET id = known.id FROM ({sql}) AS known (id, {named}) WHERE {equal}",  # noqa: S608
            parameters,
        )


def differing(person: User, collection: Collection, columns: Columns) -> Iterator[Line]:
    """Yield the rows that say anything else than the person's own table, or that it does not have, in their order."""
    keys, width = len(columns.key), len(columns.written)
    with connection.chunked_cursor() as cursor:
        cursor.execute(_comparison(person, collection, columns))
        while rows := cursor.fetchmany(BATCH):
            for number, pk, twice, *told in rows:
                key, cells = told[:keys], told[keys:]
                given, now, who = (tuple(cells[at * width : (at + 1) * width]) for at in range(3))
                yield Line(number, pk, " · ".join(key), twice, given, now, who)


def _comparison(person: User, collection: Collection, columns: Columns) -> str:
    """Rows beside what stands there: text by text, as the file was written."""
    keys = ", ".join(f"s.k{at}" for at in range(len(columns.key)))
    given = ", ".join(f"s.c{at}" for at in range(len(columns.written)))
    now = ", ".join(f"coalesce(now.c{at}, '')" for at in range(len(columns.written)))
    who = ", ".join(f"now.w{at}" for at in range(len(columns.written)))
    twice = f"count(*) OVER (PARTITION BY {keys}) > 1"
    return (
        f"SELECT * FROM (SELECT s.line, s.id, {twice} AS twice, {keys}, {given}, {now}, {who},"  # noqa: S608 - names of ours
        f" s.id IS NULL OR ({given}) IS DISTINCT FROM ({now}) AS differs"
        f" FROM {TABLE} AS s LEFT JOIN ({_now(person, collection, columns)}) AS now ON now.id = s.id) AS line"
        " WHERE differs OR twice ORDER BY line"
    )


def _now(person: User, collection: Collection, columns: Columns) -> str:
    cells = [f"{PREFIX}{column.name}" for column in columns.written]
    who = {f"{PREFIX}who_{column.name}": _who(collection, column, person) for column in columns.written}
    wanted = RawSQL(f"SELECT id FROM {TABLE} WHERE id IS NOT NULL", [], BigIntegerField())  # noqa: S608, S611
    rows = collection.with_cells(person, {}, columns.written).filter(pk__in=wanted).annotate(**who).order_by()
    sql, parameters = rows.values_list("pk", *cells, *who).query.sql_with_params()
    width = len(columns.written)
    names = ", ".join([*(f"v{at}" for at in range(width)), *(f"w{at}" for at in range(width))])
    told = ", ".join(f"{plain(column, f'inner_.v{at}')} AS c{at}" for at, column in enumerate(columns.written))
    says = ", ".join(f"inner_.w{at}" for at in range(width))
    return f"SELECT inner_.id, {told}, {says} FROM ({filled(sql, parameters)}) AS inner_ (id, {names})"  # noqa: S608


def _who(collection: Collection, column: Column, person: User) -> Any:
    """Who says what stands in the column, where the source may."""
    return collection.column(column.who).expression(person) if column.who else Value("", output_field=TextField())
