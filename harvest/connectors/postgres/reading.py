"""Reads all facts of one database in one snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, groupby
from operator import itemgetter

from psycopg2.extensions import connection

from harvest import facts
from harvest.connectors.base import Scope
from harvest.connectors.postgres import parts, queries
from harvest.connectors.postgres.fields import Names, fields, names
from harvest.connectors.postgres.relations import Relation, Texts, container, dataset, unprintable
from harvest.connectors.postgres.session import Row, stream, stream_ahead
from harvest.connectors.postgres.types import Types
from harvest.connectors.postgres.views import view_texts


class Reading:
    """One pass over the catalog. What it keeps is the names of the columns of the relations in scope."""

    def __init__(self, opened: connection, scope: Scope) -> None:
        self._opened = opened
        self._scope = scope
        self._everything = not (scope.include or scope.exclude)
        self._columns: dict[int, Names] = {}

    def all(self) -> facts.Facts:
        """Yield every fact in scope, what is referred to before what refers to it."""
        yield from self._datasets()
        yield from self._fields()
        yield from self._parts()

    def _stream(self, name: str, query: str) -> Iterator[Row]:
        return stream(self._opened, f"concord_{name}", query)

    def _wants(self, path: tuple[str, ...]) -> bool:
        return self._everything or self._scope.wants(path)

    def _datasets(self) -> Iterator[facts.Fact]:
        pending = {fact.path: fact for fact in map(container, self._stream("containers", queries.CONTAINERS))}
        yield pending.pop(())
        if self._everything:
            yield from pending.values()
            pending.clear()
        for relation, sql in self._relations():
            if schema := pending.pop(relation.path[:1], None):
                yield schema
            yield dataset(relation, sql or "", self._parent(relation))
            self._columns[relation.oid] = ()
            if sql is None:
                yield unprintable(relation)

    def _relations(self) -> Iterator[tuple[Relation, str | None]]:
        """Yield the relations in scope, each with the text of its query, "" for tables and None where that failed."""
        # A failed view rolls back to a savepoint, which this cursor survives only if it was opened before.
        rows = map(Relation._make, self._stream("relations", queries.RELATIONS))
        first = next(rows, None)
        if first is None:
            return
        texts = Texts(view_texts(self._opened))
        for relation in chain((first,), rows):
            if self._wants(relation.path):
                yield relation, texts.of(relation.oid) if relation.is_view else ""

    def _parent(self, relation: Relation) -> str:
        parent = relation.parents[0] if relation.parents else None
        return str(parent) if parent in self._columns else ""

    def _fields(self) -> Iterator[facts.Field]:
        types = Types(self._stream("types", queries.TYPES))
        for oid, rows in groupby(stream_ahead(self._opened, "concord_fields", queries.FIELDS), key=itemgetter(0)):
            if oid in self._columns:
                of_relation = list(rows)
                self._columns[oid] = names(of_relation)
                yield from fields(of_relation, types)

    def _parts(self) -> Iterator[facts.Fact]:
        columns = self._columns
        for row in self._stream("constraints", queries.CONSTRAINTS):
            if row[0] in columns:
                yield parts.constraint(row, columns)
        for row in self._stream("indexes", queries.INDEXES):
            if row[0] in columns:
                yield parts.index(row, columns)
        for row in self._stream("dependencies", queries.DEPENDENCIES):
            if row[0] in columns and row[1] in columns:
                yield parts.dependency(row, columns)
        for row in self._stream("routines", queries.ROUTINES):
            if self._wants(row[:2]):
                yield parts.routine(row)
