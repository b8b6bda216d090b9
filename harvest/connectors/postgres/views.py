"""The texts of views: read together, and one by one around a view that PostgreSQL cannot print."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2
from psycopg2.extensions import connection

from harvest.connectors.postgres import queries, session
from harvest.connectors.postgres.errors import is_lost

ViewText = tuple[int, str | None]


def view_texts(opened: connection) -> Iterator[ViewText]:
    """Yield (oid, text) in the order of oids; the text is None where the server failed to print it.

    A view whose parts are dropped while it is read makes the whole statement fail, hence the savepoints.
    """
    last = 0
    while True:
        session.execute(opened, "savepoint views")
        try:
            for oid, text in session.stream(opened, "concord_views", queries.VIEWS, {"after": last}):
                last = oid
                yield oid, text
            return
        except psycopg2.Error as error:
            _recover(opened, error)
        for oid, text in _until_broken(opened, last):
            last = oid
            yield oid, text


def _until_broken(opened: connection, after: int) -> Iterator[ViewText]:
    """Read views one by one, up to and including the first that cannot be printed."""
    for (oid,) in session.rows(opened, queries.VIEW_OIDS, {"after": after}):
        session.execute(opened, "savepoint views")
        try:
            [(text,)] = session.rows(opened, queries.VIEW, {"oid": oid})
        except psycopg2.Error as error:
            _recover(opened, error)
            yield oid, None
            return
        yield oid, text


def _recover(opened: connection, error: psycopg2.Error) -> None:
    if opened.closed or is_lost(error) or isinstance(error, psycopg2.errors.QueryCanceled):
        raise error
    session.execute(opened, "rollback to savepoint views")
