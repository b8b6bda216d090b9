"""What a table of something holds: its columns, its rows for one person, and what narrows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any

from django.db.models import F, QuerySet

from core.api.query import Query
from core.discovery import collect

PREFIX = "cell_"  # annotations must not be called as the model's own columns are
Wanted = Mapping[str, Any]
Lines = Iterable[Sequence[Any]]


class Kind(Enum):
    """What the cells of a column are."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    MOMENT = "moment"
    NAMES = "names"  # several short names, none with a space in it


@dataclass(frozen=True)
class Column:
    """One column; `value` is a lookup, or gives an expression for the person who reads.

    A `word` is one of few that we choose ourselves, and needs no look at whether a spreadsheet would run it. What can
    be written names its `fact`, and the column that says `who` says it where the source may as well.
    """

    name: str
    value: str | Callable[[Any], Any]
    about: str
    kind: Kind = Kind.TEXT
    word: bool = False
    fact: str = ""
    who: str = ""

    def expression(self, viewer: Any) -> Any:
        return F(self.value) if isinstance(self.value, str) else self.value(viewer)


@dataclass(frozen=True)
class Collection:
    """A table. `rows` are those that the viewer may have, narrowed; or `lines` are, ready made, where there are few.

    `key` names the columns by which a row is known again; `edits` the kind of thing that a row is, where it can be
    written.
    """

    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: Callable[[Any, Wanted], QuerySet[Any]] | None = None
    lines: Callable[[Any, Wanted], Lines] | None = None
    order: tuple[str, ...] = ("pk",)
    query: type[Query] = field(default=Query)
    shown: Callable[[Any], bool] | None = None  # asked with the viewer; for everybody otherwise
    edits: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column so called. Raises `KeyError`."""
        return {column.name: column for column in self.columns}[name]

    def is_shown_to(self, viewer: Any) -> bool:
        return self.shown is None or self.shown(viewer)

    def read(self, viewer: Any, wanted: Wanted) -> QuerySet[Any, tuple[Any, ...]]:
        """The rows as tuples of cells, in the order of the columns."""
        rows = self.with_cells(viewer, wanted, self.columns)
        ordered = rows if rows.query.order_by else rows.order_by(*self.order)
        return ordered.values_list(*(f"{PREFIX}{name}" for name in self.names))

    def with_cells(self, viewer: Any, wanted: Wanted, columns: Iterable[Column]) -> QuerySet[Any]:
        """The rows, each with the cells of some columns as attributes, by `PREFIX` and their names."""
        if self.rows is None:
            raise TypeError(f"The lines of {self.name} are made ready, and not read.")
        cells = {f"{PREFIX}{column.name}": column.expression(viewer) for column in columns}
        read: QuerySet[Any] = self.rows(viewer, wanted).annotate(**cells)
        return read


@cache
def collections() -> dict[str, Collection]:
    """Every collection of every installed app, by name."""
    return {one.name: one for one in collect("tables", "COLLECTIONS")}


def shown_collections(viewer: Any) -> list[Collection]:
    """Those that the viewer may have."""
    return [one for one in collections().values() if one.is_shown_to(viewer)]


def find_collection(viewer: Any, name: str) -> Collection | None:
    """The collection so called, if the viewer may have it."""
    found = collections().get(name)
    return found if found and found.is_shown_to(viewer) else None
