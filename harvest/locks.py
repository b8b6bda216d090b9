"""One harvest of a source at a time, wherever the workers are."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_SPACE = 0x0C0DE  # sets our locks apart from anybody else's in the same database


@contextmanager
def source_lock(source_id: int) -> Iterator[bool]:
    """Try to take the source for this database session; yields whether it was free.

    The lock goes with the session, so that a killed worker never keeps it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_SPACE, source_id])
        (taken,) = cursor.fetchone()
    try:
        yield taken
    finally:
        if taken and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_SPACE, source_id])


def is_free(source_id: int) -> bool:
    """Whether no session harvests the source now."""
    with source_lock(source_id) as taken:
        return taken
