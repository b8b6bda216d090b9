"""Answers to queries about rows, over a session that can only read and stops what takes too long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection

from harvest.connectors.base import TOO_MANY, ObjectError
from harvest.connectors.sql.errors import error_number, is_timeout
from harvest.connectors.sql.unreliable import DIALECT_ERRORS

DIALECTS = MappingProxyType({"mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite", "postgresql": "postgres"})
FETCH = 5_000


def relation(connection: Connection, path: tuple[str, ...]) -> str:
    """Return the quoted name of a table."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    return ".".join(quote(part) for part in path[-2:])


def answer(connection: Connection, query: str, most: int) -> list[tuple[Any, ...]]:
    """Return all rows of `query`. Raises `ObjectError`."""
    with _said(connection):
        rows = connection.exec_driver_sql(_formatted(connection, query)).fetchmany(most + 1)
    if len(rows) > most:
        raise ObjectError(TOO_MANY.format(most=most))
    return [tuple(row) for row in rows]


def answers(connection: Connection, query: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of `query`. Raises `ObjectError`."""
    with _said(connection):
        streaming = connection.execution_options(stream_results=True, yield_per=FETCH)
        for row in streaming.exec_driver_sql(_formatted(connection, query)):
            yield tuple(row)


def _formatted(connection: Connection, query: str) -> str:
    """Drivers of this style take a percent sign for a parameter, even where none is given."""
    return query.replace("%", "%%") if connection.dialect.paramstyle in {"format", "pyformat"} else query


@contextmanager
def _said(connection: Connection) -> Iterator[None]:
    try:
        yield
    except DIALECT_ERRORS as error:
        if is_timeout(error):
            message = "Counting took longer than is allowed and was stopped."
        else:
            message = f"The dataset could not be asked ({error_number(error)}). Check that the account may read it."
        raise ObjectError(message) from None  # the chain could show values
    finally:
        connection.rollback()
