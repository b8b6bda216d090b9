"""INSERT into one table or several."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lineage.sql import sources
from lineage.sql.model import Influence
from lineage.sql.names import parts_of
from lineage.sql.relations import Relation
from lineage.sql.scope import Scope
from lineage.sql.statements.found import Read, name_of, row_of, schema_of


def insert(node: Any, found: Read, ctes: dict[str, Relation]) -> None:
    target, listed = schema_of(node.this)
    if isinstance(node.this, exp.Directory):
        table = f"path:{node.this.this.name}"
    elif target is not None and target.args.get("this") is not None and parts_of(target):
        table = name_of(target, found)
    else:
        return
    found.target(table)
    query = node.args.get("expression")
    if not isinstance(query, exp.Query | exp.Values | exp.Table):
        return
    relation = found.queries.query(query, ctes)
    by_name = bool(node.args.get("by_name"))
    found.write(table, listed or ([] if by_name else positions(table, node, relation, found)), relation)


def positions(table: str, node: Any, relation: Relation, found: Read) -> list[str]:
    """The target's own columns, when the schema knows them: without a list they are filled in order."""
    columns = found.queries.names.columns(table)
    if columns is None:
        return []
    partition = node.this.args.get("partition") or node.args.get("partition")
    fixed = {one.this.name.lower() for one in partition.find_all(exp.EQ)} if isinstance(partition, exp.Expr) else set()
    names = [written for folded, written in columns.items() if folded not in fixed]
    return names if len(names) >= len(list(relation.everything())) else []


def insert_all(node: Any, found: Read, ctes: dict[str, Relation]) -> None:
    """Snowflake's and Oracle's INSERT ALL: one query, many targets."""
    source = node.args["source"]
    scope = Scope(ctes, found.queries.session)
    sources.add_source(source, scope, found.queries)
    relation = scope.relations[0]
    for one in node.expressions:
        insert = one.this if isinstance(one, exp.ConditionalInsert) else one
        if one is not insert and one.args.get("expression") is not None:
            found.queries.note(one.args["expression"], scope, Influence.FILTER)
        target, listed = schema_of(insert.this)
        if target is None:
            continue
        values = insert.args.get("expression")
        given = relation if values is None else _given(values, scope, found)
        table = name_of(target, found)
        found.write(table, listed or positions(table, insert, given, found), given)


def _given(values: Any, scope: Scope, found: Read) -> Relation:
    """A row of values, or Hive's SELECT without a FROM of its own."""
    if not isinstance(values, exp.Select):
        return row_of(values, scope, found)
    return found.queries.query(values, scope.ctes, scope)
