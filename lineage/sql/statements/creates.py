"""CREATE TABLE and CREATE VIEW."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lineage.sql.relations import Relation
from lineage.sql.scope import Scope
from lineage.sql.statements.found import Read, columns_of, name_of, reads_only, schema_of


def create(node: Any, found: Read, ctes: dict[str, Relation]) -> None:
    if (node.args.get("kind") or "").upper() not in ("TABLE", "VIEW", "MATERIALIZED VIEW", "SOURCE TABLE"):
        reads_only(node, found)
        return
    target, listed = schema_of(node.this)
    if target is None:
        return
    table = name_of(_filled_instead(node) or target, found)
    clone = node.args.get("clone")
    like = node.find(exp.LikeProperty) if node.args.get("properties") is not None else None
    copied = clone or like
    if _is_temporary(node):
        found.temporary.add(table)
    query = node.args.get("expression")
    if isinstance(query, exp.Query | exp.Values | exp.Table):
        relation = found.queries.query(query, ctes)
        found.write(table, listed, relation)
        found.creates[table] = listed or columns_of(relation)
    elif copied is not None and isinstance(copied.this, exp.Table):
        found.write(table, (), found.queries.table(copied.this, Scope({}, found.queries.session)))
    else:
        found.target(table)
        found.creates[table] = listed or None


def _is_temporary(node: Any) -> bool:
    properties = node.args.get("properties")
    return properties is not None and properties.find(exp.TemporaryProperty) is not None


def _filled_instead(node: Any) -> Any:
    """ClickHouse's materialized view may write TO a table."""
    properties = node.args.get("properties")
    to = properties.find(exp.ToTableProperty) if properties is not None else None
    return to.this if to is not None and isinstance(to.this, exp.Table) else None
