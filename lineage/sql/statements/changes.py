"""UPDATE and DELETE."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlglot import exp

from lineage.sql import sources
from lineage.sql.expressions import collect
from lineage.sql.names import parts_of
from lineage.sql.refs import Refs
from lineage.sql.relations import Relation, Table
from lineage.sql.scope import Scope
from lineage.sql.statements.found import Read, Written, row_of


def update(node: Any, found: Read, ctes: dict[str, Relation]) -> None:
    scope = Scope(ctes, found.queries.session)
    queries = found.queries
    from_ = node.args.get("from_")
    if from_ is not None:
        sources.add_source(from_.this, scope, queries)
    target = node.this
    table = target_of(target, scope, found)
    if isinstance(target, exp.Table):
        sources.add_joins(target.args, scope, queries)
    assign(node.args.get("expressions") or (), table, scope, found)
    queries.note_clauses(node, scope)


def target_of(target: Any, scope: Scope, found: Read) -> str:
    """The table that is changed: T-SQL and others may name it by its alias in FROM. It is not read by being changed."""
    parts = parts_of(target)
    named = scope.sources.get(".".join(parts).lower())
    if isinstance(named, Table):
        found.queries.reads.pop(named.key, None)
        key = named.key
    else:
        key = found.queries.names.complete(parts)
    found.target(key)
    relation = Table(key, found.queries.names.columns(key))
    endings = [".".join(parts[start:]) for start in range(len(parts))]
    scope.put([name.lower() for name in (target.alias, *endings) if name], relation)
    return key


def assign(assignments: Iterable[Any], table: str, scope: Scope, found: Read) -> None:
    for one in assignments:
        if not isinstance(one, exp.EQ | exp.PropertyEQ):
            continue
        if isinstance(one.this, exp.Tuple):
            _assign_row(one, table, scope, found)
            continue
        refs: Refs = {}
        collect(one.expression, scope, found.queries, refs)
        written, name = _assigned(one.this, table, scope, found)
        found.columns.append(Written(written, name, refs, one))


def _assigned(column: Any, table: str, scope: Scope, found: Read) -> tuple[str, str]:
    """Whose column is set: of a joined table where it is written so, and of a struct its root."""
    while isinstance(column, exp.Dot | exp.Bracket):
        column = column.this
    qualifier = column.args.get("table") if isinstance(column, exp.Column) else None
    if qualifier is None:
        return table, column.name
    relation = scope.sources.get(qualifier.name.lower())
    if isinstance(relation, Table):
        if relation.key != table and relation.key in found.queries.reads:
            found.target(relation.key)
        return relation.key, column.name
    return (table, qualifier.name) if relation is None else (table, column.name)


def _assign_row(one: Any, table: str, scope: Scope, found: Read) -> None:
    """``SET (a, b) = (SELECT x, y …)``."""
    value = one.expression
    if isinstance(value, exp.Subquery | exp.Query):
        outputs = list(found.queries.query(value, scope.ctes, scope).everything())
    else:
        outputs = list(row_of(value, scope, found).outputs) if isinstance(value, exp.Tuple) else []
    for column, output in zip(one.this.expressions, outputs, strict=False):
        found.columns.append(Written(table, column.name, output.refs, one))


def delete(node: Any, found: Read, ctes: dict[str, Relation]) -> None:
    scope = Scope(ctes, found.queries.session)
    using = node.args.get("using") or []
    for one in using if isinstance(using, list) else [using]:
        sources.add_source(one, scope, found.queries)
    targets = node.args.get("tables") or []
    if isinstance(node.this, exp.Table) and isinstance(targets, list) and targets:  # the tables named before FROM
        sources.add_source(node.this, scope, found.queries)
        for one in targets:
            target_of(one, scope, found)
    elif isinstance(node.this, exp.Table):
        target_of(node.this, scope, found)
        sources.add_joins(node.this.args, scope, found.queries)
    found.queries.note_clauses(node, scope)
