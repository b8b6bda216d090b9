"""How an address asks for a table: in which format, narrowed by what."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from core.api.query import Query
from core.tabular.writing import FORMATS

if TYPE_CHECKING:
    from core.tabular.collections import Collection

FORMAT = serializers.ChoiceField(
    choices=[(one.name, one.title) for one in FORMATS.values()],
    default="csv",
    help_text="What the file is.",
    error_messages={"invalid_choice": f"Give one of {', '.join(FORMATS)}."},
)


class TableQuery(Query):
    """What every table takes; each takes what narrows its own list as well."""

    format = FORMAT


@cache
def query_of(collection: Collection) -> type[Query]:
    """The parameters of one collection."""
    return type(f"{collection.query.__name__}OfTable", (collection.query,), {"format": FORMAT})


def split(wanted: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the format that is asked for, and what narrows the rows."""
    return wanted["format"], {name: value for name, value in wanted.items() if name != "format"}
