"""Answers to queries about rows: read-only, within a time-out, and never more rows than were allowed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection

from harvest.connectors.base import TOO_MANY, Brakes, ObjectError
from harvest.connectors.postgres import session
from harvest.connectors.postgres.config import PostgresConfig
from harvest.connectors.postgres.errors import is_lost
from harvest.connectors.postgres.profile import sentence


def relation(opened: connection, path: tuple[str, ...]) -> str:
    """Return the quoted name of a relation."""
    return sql.Identifier(*path).as_string(opened)


def answer(opened: connection, config: PostgresConfig, brakes: Brakes, query: str, most: int) -> list[session.Row]:
    """Return all rows of `query`. Raises `ObjectError`."""
    with session.snapshot(opened, config, brakes), _said(brakes), opened.cursor() as found:
        found.execute(query)
        rows: list[session.Row] = found.fetchmany(most + 1)
    if len(rows) > most:
        raise ObjectError(TOO_MANY.format(most=most))
    return rows


def answers(opened: connection, config: PostgresConfig, brakes: Brakes, query: str) -> Iterator[session.Row]:
    """Yield the rows of `query`. Raises `ObjectError`."""
    with session.snapshot(opened, config, brakes), _said(brakes):
        yield from session.stream(opened, "concord_rows", query)


@contextmanager
def _said(brakes: Brakes) -> Iterator[None]:
    try:
        yield
    except psycopg2.Error as error:
        if is_lost(error):
            raise
        # Without the cause: the server's message may quote a value.
        raise ObjectError(sentence(error, "the dataset", brakes.statement_seconds)) from None
