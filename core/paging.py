"""Pages by key: each page starts after the last row of the one before, so page 1,000 costs what page 1 costs.

No OFFSET and no COUNT; rows added or removed meanwhile neither repeat nor hide others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial, reduce
from operator import attrgetter, or_
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from django.core import signing
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.db.models.expressions import F
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

M = TypeVar("M", bound=Model)
Direction = Literal["next", "previous"]
SALT = "core.paging"


class BadCursor(BadRequest):
    """The cursor was not made here, or was made for another order. Answered with 400."""

    def __init__(self) -> None:
        super().__init__("This page marker is not valid any more. Go back to the first page of the list.")


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows in order, and the cursors of the pages after and before them (None where there is none)."""

    items: list[M]
    next_cursor: str | None
    previous_cursor: str | None


class Column(NamedTuple):
    """One column of the order."""

    name: str
    descending: bool
    alias: str  # the attribute a row carries the value in
    field: "Field[Any, Any]"

    def term(self, backwards: bool) -> Any:
        return F(self.name).desc() if self.descending != backwards else F(self.name).asc()


def keyset_page(
    queryset: QuerySet[M], *, order: Sequence[str] = ("name", "pk"), cursor: str | None = None, size: int = 50
) -> Page[M]:
    """The `size` rows of `queryset` at `cursor`, in one query.

    `order` names columns, annotations or related columns (``domain__name``), each with ``-`` for descending;
    together they must be unique, and none may be null. Raises `BadCursor` for a cursor not made here for this order.
    """
    return merged_page([queryset], order=order, cursor=cursor, size=size)


def merged_page(
    querysets: Sequence[QuerySet[M]], *, order: Sequence[str], cursor: str | None = None, size: int = 50
) -> Page[M]:
    """As `keyset_page`, of the rows of several querysets together, in one query each.

    What they are ordered by must compare here as in the database: numbers, times, words of small letters.
    """
    columns = [_column(querysets[0], name) for name in order]
    direction, values = _read(cursor, columns, order)
    backwards = direction == "previous"
    found = [row for one in querysets for row in _rows(one, columns, values, backwards)[: size + 1]]
    if len(querysets) > 1:
        for column in reversed(columns):
            found.sort(key=attrgetter(column.alias), reverse=column.descending != backwards)
    return _page(found[: size + 1], size, direction, values is not None, partial(_write, columns, order))


def _rows(queryset: QuerySet[M], columns: list[Column], values: list[Any] | None, backwards: bool) -> QuerySet[M]:
    rows: QuerySet[M]
    rows = queryset.annotate(**{column.alias: F(column.name) for column in columns if column.alias != column.name})
    if values is not None:
        rows = rows.filter(_beyond(columns, values, backwards))
    return rows.order_by(*(column.term(backwards) for column in columns))


def _column(queryset: QuerySet[Any], name: str) -> Column:
    plain = name.removeprefix("-")
    alias = f"keyset_{plain.replace('__', '_')}" if "__" in plain else plain
    field = queryset.query.chain().resolve_ref(plain).output_field
    return Column(plain, name.startswith("-"), alias, field)


def _beyond(columns: list[Column], values: list[Any], backwards: bool) -> Any:
    """The rows after `values`: a row comparison, which an index answers, where all columns run the same way."""
    downs = {column.descending != backwards for column in columns}
    if len(downs) == 1:
        lookup = TupleLessThan if downs == {True} else TupleGreaterThan
        return lookup(Tuple(*(F(column.name) for column in columns)), values)
    return reduce(or_, (_beyond_at(columns, values, at, backwards) for at in range(len(columns))))


def _beyond_at(columns: list[Column], values: list[Any], at: int, backwards: bool) -> Q:
    """Equal in the columns before `at`, beyond in that one."""
    equal = Q(**{column.name: value for column, value in zip(columns[:at], values, strict=False)})
    comparison = "lt" if columns[at].descending != backwards else "gt"
    return equal & Q(**{f"{columns[at].name}__{comparison}": values[at]})


def _page(found: list[M], size: int, direction: Direction, inside: bool, write: Any) -> Page[M]:
    more, items = len(found) > size, found[:size]
    if direction == "previous":
        items.reverse()
    has_next, has_previous = (more, inside) if direction == "next" else (True, more)
    return Page(
        items,
        write("next", items[-1]) if items and has_next else None,
        write("previous", items[0]) if items and has_previous else None,
    )


def _write(columns: list[Column], order: Sequence[str], direction: Direction, row: Model) -> str:
    values = [_plain(column, getattr(row, column.alias)) for column in columns]
    return signing.dumps([direction, list(order), values], salt=SALT, compress=True)


def _plain(column: Column, value: Any) -> Any:
    if value is None:
        raise ValueError(
            f"A list cannot be paged by {column.name!r}, which holds null; order by a Coalesce annotation."
        )
    return value if isinstance(value, int | float | str) else str(value)


def _read(cursor: str | None, columns: list[Column], order: Sequence[str]) -> tuple[Direction, list[Any] | None]:
    if not cursor:
        return "next", None
    try:
        direction, made_for, values = signing.loads(cursor, salt=SALT)
        if made_for != list(order) or direction not in ("next", "previous"):
            raise BadCursor
        return direction, [column.field.to_python(value) for column, value in zip(columns, values, strict=True)]
    except (signing.BadSignature, ValidationError, ValueError, TypeError) as error:
        raise BadCursor from error
