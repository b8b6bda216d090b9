"""Asking a source how many rows meet a criterion, through its connector and its brakes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from catalog.models import Source
from core.secrets import UnreadableSecret
from definitions.sources import Asking, Row, Unanswered, Unavailable
from harvest.connecting import PUSHED, connect
from harvest.connectors.base import Answering, ConnectorError, ObjectError

T = TypeVar("T")


def _ask(source: Source, seconds: int | None) -> AbstractContextManager[Asking] | None:
    return None if source.kind == PUSHED else _opened(source, seconds)


@contextmanager
def _opened(source: Source, seconds: int | None) -> Iterator[Asking]:
    try:
        connector = connect(source, seconds)
        if not isinstance(connector, Answering):
            raise Unavailable(f"{source.name} holds no rows that could be counted.")
        with connector:
            if connector.dialect is None:
                raise Unavailable(f"{source.name} is a database on which criteria cannot be run yet.")
            yield Asked(connector, connector.dialect)
    except (ConnectorError, UnreadableSecret) as error:
        raise Unavailable(str(error)) from None


class Asked:
    """An open connector as definitions know it."""

    def __init__(self, connector: Answering, dialect: str) -> None:
        self._connector = connector
        self.dialect = dialect

    def relation(self, path: Sequence[str]) -> str:
        return _translated(lambda: self._connector.relation(tuple(path)))

    def rows(self, query: str, most: int) -> list[Row]:
        return _translated(lambda: self._connector.answer(query, most))

    def stream(self, query: str) -> Iterator[Row]:
        rows = self._connector.answers(query)
        try:
            yield from rows
        except ObjectError as error:
            raise Unanswered(str(error)) from None


def _translated(asked: Callable[[], T]) -> T:
    try:
        return asked()
    except ObjectError as error:
        raise Unanswered(str(error)) from None


ASKERS: tuple[Any, ...] = (_ask,)
