"""How far an index has followed the database: a snapshot, exactly as PostgreSQL itself says what is committed.

A change belongs to the index when its transaction is visible in the index's snapshot. Unlike a highest number, a
snapshot is not held back by a transaction that stays open for an hour, in this database or another of the same server.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q


@dataclass(frozen=True)
class Position:
    """A moment of one database: transactions below `before` were over, except those `running`."""

    database: str
    before: int
    running: tuple[int, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Position:
        """Read what `str` wrote."""
        database, snapshot = text.split(" ")
        _, before, running = snapshot.split(":")
        return cls(database, int(before), tuple(int(number) for number in running.split(",") if number))

    def __str__(self) -> str:
        running = ",".join(map(str, self.running))
        return f"{self.database} {min((*self.running, self.before))}:{self.before}:{running}"

    def later(self) -> Q:
        """The condition on the change feed for what this moment does not hold."""
        return Q(xid__gte=self.before) | Q(xid__in=self.running)


@dataclass(frozen=True)
class Pending:
    """What an index does not hold yet; `too_many` when `ids` is only a part."""

    ids: list[int]
    too_many: bool


_DATABASE = """
    (SELECT concat_ws('.', c.system_identifier, k.timeline_id, d.oid)
     FROM pg_control_system() c, pg_control_checkpoint() k, pg_database d WHERE d.datname = current_database())
"""

_NOW = f"SELECT concat_ws(' ', {_DATABASE}, pg_current_snapshot())"

_PENDING = f"""
    SELECT {_DATABASE}, pg_snapshot_xmax(pg_current_snapshot())::text::bigint, ARRAY(
        SELECT dataset_id FROM (
            SELECT dataset_id FROM catalog_datasetchange WHERE xid >= %s
            UNION ALL SELECT dataset_id FROM catalog_datasetchange WHERE xid = ANY(%s) AND xid < %s
        ) AS later LIMIT %s)
"""  # noqa: S608 - made of constants


class AnotherDatabase(Exception):
    """The index was made from another database, or from this one before it was restored to an earlier time."""


def current_position() -> Position:
    """Return this moment of the database. Raises `RuntimeError` inside a transaction, which sees its own changes."""
    if connection.in_atomic_block:
        raise RuntimeError("the search index follows committed changes: call this outside of a transaction")
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        return Position.parse(cursor.fetchone()[0])


def pending_since(position: Position, most: int) -> Pending:
    """Return the datasets that changed since `position`. Raises `AnotherDatabase`."""
    with connection.cursor() as cursor:
        cursor.execute(_PENDING, [position.before, list(position.running), position.before, most + 1])
        database, now, ids = cursor.fetchone()
    if database != position.database or now < position.before:
        raise AnotherDatabase(f"the index is of {position.database}, the database is {database}")
    return Pending(ids[:most], len(ids) > most)
