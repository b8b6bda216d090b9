"""Rows of the catalog turned into facts about containers and datasets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from core.names import join_path
from harvest import facts
from harvest.connectors.postgres.session import Row
from harvest.connectors.postgres.views import ViewText

KINDS = {"r": "table", "p": "table", "v": "view", "m": "materialized_view", "f": "foreign_table"}
_WITH_STORAGE = frozenset("rm")
_WITH_ESTIMATE = frozenset("rmpf")


class Relation(NamedTuple):
    """A row of `queries.RELATIONS`."""

    oid: int
    schema: str
    name: str
    relkind: str
    comment: str | None
    owner: str
    rows: int | None  # None where the relation was never analysed; its size is not known then either
    size: int
    partition_key: str | None
    partition_bound: str | None
    parents: list[int] | None
    parent_schemas: list[str] | None
    parent_names: list[str] | None
    server: str | None
    persistence: str
    populated: bool

    @property
    def path(self) -> tuple[str, str]:
        return self.schema, self.name

    @property
    def is_view(self) -> bool:
        return self.relkind in "vm"


def container(row: Row) -> facts.Container:
    """The database is the root of the source, and its schemas are the containers in it."""
    name, comment, owner = row
    if name is None:
        return facts.Container((), "database", comment or "", owner)
    return facts.Container((name,), "schema", comment or "", owner)


def dataset(relation: Relation, sql: str, parent: str) -> facts.Dataset:
    """Return the fact about one relation."""
    return facts.Dataset(
        ref=str(relation.oid),
        path=relation.path,
        kind=KINDS[relation.relkind],
        comment=relation.comment or "",
        owner=relation.owner,
        sql=sql,
        rows=relation.rows if relation.relkind in _WITH_ESTIMATE else None,
        size=relation.size if relation.rows is not None and relation.relkind in _WITH_STORAGE else None,
        partition_key=relation.partition_key or "",
        parent=parent,
        details=_details(relation),
    )


def unprintable(relation: Relation) -> facts.Problem:
    """Return what to tell of a view whose query PostgreSQL could not print."""
    return facts.Problem(
        join_path(relation.path),
        "PostgreSQL could not print the query of this view; its columns were read. Harvest again: if it still fails, "
        "the view is damaged and should be created anew.",
    )


class Texts:
    """Hands out the text of one view after the other; both sides come in the order of oids."""

    def __init__(self, texts: Iterator[ViewText]) -> None:
        self._texts = texts

    def of(self, oid: int) -> str | None:
        """Return the text of a view, None where it cannot be printed."""
        return next((text for found, text in self._texts if found == oid), None)


def _details(relation: Relation) -> dict[str, Any] | None:
    details: dict[str, Any] = {}
    if relation.partition_bound:
        details["partition_bound"] = relation.partition_bound
    elif relation.parent_names:
        paths = zip(relation.parent_schemas or (), relation.parent_names, strict=True)
        details["inherits"] = [join_path(path) for path in paths]
    if relation.server:
        details["server"] = relation.server
    if relation.persistence == "u":
        details["unlogged"] = True
    if not relation.populated:
        details["populated"] = False
    return details or None
