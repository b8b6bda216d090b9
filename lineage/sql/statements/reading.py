"""Statements: what each kind reads and writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from lineage.sql.names import Names
from lineage.sql.queries import Queries
from lineage.sql.relations import Relation
from lineage.sql.scope import Scope
from lineage.sql.statements.changes import delete, update
from lineage.sql.statements.creates import create
from lineage.sql.statements.found import Read, reads_only, schema_of
from lineage.sql.statements.inserts import insert, insert_all
from lineage.sql.statements.merges import merge
from lineage.sql.statements.moves import alter, cache, command, copy, load, use
from lineage.sql.statements.selects import pivot, query
from lineage.sql.statements.variables import declare, set_


def read(node: Any, names: Names, dialect: str, session: Scope) -> Read:
    """Return what the parsed statement `node` does; `session` holds the variables of the script."""
    found = Read(node.key, Queries(names, dialect, session))
    found.queries.changes = lambda change, ctes: _returned(change, found, ctes)
    reader = _reader(node)
    if reader is not None:
        reader(node, found, _ctes(node, found.queries))
    else:
        reads_only(node, found)
    return found


def _returned(node: Any, found: Read, ctes: Mapping[str, Relation]) -> Relation:
    """A change inside WITH happens, and gives what its RETURNING lists of the changed table's rows."""
    reader = _reader(node)
    returning = node.args.get("returning")
    if reader is None:
        return Relation(())
    reader(node, found, dict(ctes))
    target, _ = schema_of(node.this)
    if returning is None or target is None:
        return Relation(())
    query = exp.Select(expressions=returning.expressions, from_=exp.From(this=target))
    return found.queries.query(query, ctes)


def _reader(node: Any) -> Callable[[Any, Read, dict[str, Relation]], None] | None:
    for kind, reader in _READERS.items():
        if isinstance(node, kind):
            return reader
    return None


def _ctes(node: Any, queries: Queries) -> dict[str, Relation]:
    with_ = node.args.get("with_")
    if with_ is None or isinstance(node, exp.Query):
        return {}
    return queries.with_ctes(with_, {}, None)


_READERS: dict[type, Callable[[Any, Read, dict[str, Relation]], None]] = {
    exp.Query: query,
    exp.Values: query,
    exp.Create: create,
    exp.Insert: insert,
    exp.MultitableInserts: insert_all,
    exp.Update: update,
    exp.Delete: delete,
    exp.Merge: merge,
    exp.Copy: copy,
    exp.LoadData: load,
    exp.Alter: alter,
    exp.Cache: cache,
    exp.Command: command,
    exp.Pivot: pivot,
    exp.Use: use,
    exp.Declare: declare,
    exp.Set: set_,
}
