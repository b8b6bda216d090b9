"""How a source is asked: the port that the harvest fills, for definitions does not know connectors.

An app that can ask lists functions in ``<app>/asking.py`` as ``ASKERS``: each takes a source and a number of seconds,
and returns a context manager that gives an `Asking`, or None where that is not its source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from core.discovery import collect

if TYPE_CHECKING:
    from catalog.models import Source

Row = tuple[Any, ...]


class Unavailable(Exception):
    """The source cannot be asked at all; `str()` is a sentence that says why, without secrets."""


class Unanswered(Exception):
    """One question failed or was stopped by the brakes; `str()` is a sentence that holds no value of the data."""


class Asking(Protocol):
    """An open source: read-only, every question within a time-out and a number of rows."""

    dialect: str  # one of definitions.criteria.DIALECTS

    def relation(self, path: Sequence[str]) -> str:
        """Return the dataset at `path` as SQL to stand after FROM. Raises `Unanswered` where it is gone."""

    def rows(self, query: str, most: int) -> list[Row]:
        """Return the rows of a query. Raises `Unanswered`, also for more rows than `most`."""

    def stream(self, query: str) -> Iterator[Row]:
        """Yield the rows of a query without holding them. Raises `Unanswered`."""


Asker = Callable[["Source", int | None], AbstractContextManager[Asking] | None]


def open_source(source: Source, seconds: int | None = None) -> AbstractContextManager[Asking]:
    """Return what asks `source`, each question within `seconds` where given; entering it connects.

    Raises `Unavailable`, here or on entering.
    """
    for asker in collect("asking", "ASKERS"):
        found: AbstractContextManager[Asking] | None = asker(source, seconds)
        if found is not None:
            return found
    raise Unavailable(f"{source.name} is of a kind that cannot be asked: criteria run on databases and files.")
