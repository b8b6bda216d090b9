"""Querysets whose SQL is written once: for Django, writing a statement costs more than PostgreSQL takes to run it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Func, Model, QuerySet, TextField, Value
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler

T = TypeVar("T")

IDS: ArrayField[list[int], list[int]] = ArrayField(BigIntegerField())
TEXTS: ArrayField[list[str], list[str]] = ArrayField(TextField())


class Slot(str):
    """Stands in a queryset for a value that each run gives; `str` is its name."""

    __slots__ = ()


def one_of(field: str, name: str, kind: ArrayField[Any, Any] = IDS) -> Func:
    """Return the condition that a field is among the values that a run gives by `name`, one parameter however many
    they are: ``filter(one_of("pk", "ids"))``."""
    values = Value(Slot(name), output_field=kind)
    return Func(F(field), values, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField())


def text_of(name: str) -> Value:
    """Return the text that a run gives by `name`."""
    return Value(Slot(name), output_field=TextField())


class Statement(Generic[T]):
    """One queryset, of models or of `values_list`, written when it is first run.

    What it gives is what the queryset would give; slots in it are filled by each run. It must need nothing but its own
    statement: related rows by `select_related`, none by `prefetch_related`.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, T]]) -> None:
        self._build = build

    def run(self, **values: object) -> list[T]:
        """Return the rows for `values` of the slots."""
        try:
            sql, parameters, read = self._written
        except EmptyResultSet:
            return []
        with connection.cursor() as cursor:
            cursor.execute(sql, _filled(parameters, values))
            return list(read(cursor.fetchall()))

    @cached_property
    def _written(self) -> tuple[str, tuple[Any, ...], Callable[[Iterable[Any]], Iterator[T]]]:
        queryset = self._build()
        compiler = queryset.query.get_compiler(queryset.db)
        sql, parameters = compiler.as_sql()
        reader = _models if issubclass(queryset._iterable_class, ModelIterable) else _tuples
        return sql, tuple(parameters), reader(compiler)


def _filled(parameters: Iterable[Any], values: Mapping[str, object]) -> list[Any]:
    return [values[str(one)] if isinstance(one, Slot) else one for one in parameters]


def _tuples(compiler: SQLCompiler) -> Callable[[Iterable[Any]], Iterator[Any]]:
    convert = _converter(compiler)
    return lambda rows: map(tuple, map(convert, rows))


def _models(compiler: SQLCompiler) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """Return what makes models of rows, as `ModelIterable` does."""
    info: Any = compiler.klass_info
    model, columns = info["model"], info["select_fields"]
    first, last = columns[0], columns[-1] + 1
    names = [column[0].target.attname for column in compiler.select[first:last]]
    related, convert = get_related_populators(info, compiler.select, "default"), _converter(compiler)  # type: ignore[call-arg]

    def read(rows: Iterable[Any]) -> Iterator[Model]:
        for row in map(convert, rows):
            found = model.from_db("default", names, row[first:last])
            for populator in related:
                populator.populate(row, found)
            yield found

    return read


def _converter(compiler: SQLCompiler) -> Callable[[Any], Any]:
    """Return what turns a row of the driver into values of the fields."""
    converters = list(compiler.get_converters([column[0] for column in compiler.select]).items())

    def convert(row: Any) -> Any:
        values = list(row)
        for at, (steps, column) in converters:
            for step in steps:
                values[at] = step(values[at], column, connection)
        return values

    return convert if converters else lambda row: row
