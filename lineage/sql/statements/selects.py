"""Queries as statements: what they show, or put INTO a table."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lineage.sql import sources
from lineage.sql.expressions import collect
from lineage.sql.refs import Refs
from lineage.sql.relations import Relation
from lineage.sql.scope import Scope
from lineage.sql.statements.found import Read, Written, columns_of, name_of, value_of


def query(node: Any, found: Read, ctes: dict[str, Relation]) -> None:
    if _swaps(node, found):
        return
    relation = found.queries.query(node, ctes)
    into = _into(node)
    if into is None:
        found.columns.extend(Written(None, output.name, output.refs, output.node) for output in relation.everything())
        return
    table = name_of(into, found)
    found.write(table, (), relation)
    found.creates[table] = columns_of(relation)


def _swaps(node: Any, found: Read) -> bool:
    """Vertica moves partitions from table to table by a function in a query."""
    calls = [one for one in node.expressions if isinstance(one, exp.Anonymous)] if isinstance(node, exp.Select) else []
    call = next((one for one in calls if one.name.lower() == "swap_partitions_between_tables"), None)
    if call is None or len(call.expressions) < 4:
        return False
    staged, target = call.expressions[0], call.expressions[-1]
    found.queries.read(found.queries.names.complete(staged.name.split(".")))
    found.target(found.queries.names.complete(target.name.split(".")))
    return True


def _into(node: Any) -> Any:
    """The table of a SELECT INTO, which stands in the first branch of a set operation."""
    while isinstance(node, exp.SetOperation | exp.Subquery):
        node = node.this
    into = node.args.get("into")
    return into.this if into is not None and isinstance(into.this, exp.Table) else None


def pivot(node: Any, found: Read, ctes: dict[str, Relation]) -> None:
    """DuckDB's PIVOT and UNPIVOT as statements: what they read, and the columns that stay or are named."""
    scope = Scope(ctes, found.queries.session)
    sources.add_source(node.this, scope, found.queries)
    listed = list(node.expressions)
    if node.args.get("group") is not None:
        listed = list(node.args["group"].expressions)
    elif node.args.get("unpivot"):
        _unpivoted(node, scope, found)
        return
    for one in listed:
        found.columns.append(Written(None, one.name, value_of(one, found, ctes, scope), one))


def _unpivoted(node: Any, scope: Scope, found: Read) -> None:
    refs: Refs = {}
    for one in node.expressions:
        collect(one, scope, found.queries, refs)
    into = node.args.get("into")
    for one in into.expressions if into is not None else ():
        found.columns.append(Written(None, one.name, refs, one))
