"""MERGE."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lineage.sql import sources
from lineage.sql.model import Influence
from lineage.sql.relations import Relation
from lineage.sql.scope import Scope
from lineage.sql.statements.changes import assign, target_of
from lineage.sql.statements.found import Read, row_of


def merge(node: Any, found: Read, ctes: dict[str, Relation]) -> None:
    scope = Scope(ctes, found.queries.session)
    table = target_of(node.this, scope, found)
    sources.add_source(node.args["using"], scope, found.queries)
    if node.args.get("on") is not None:
        found.queries.note(node.args["on"], scope, Influence.JOIN)
    whens = node.args.get("whens")
    source = scope.relations[-1]
    inserted = Scope(ctes, found.queries.session)
    inserted.put([name for name, one in scope.sources.items() if one is source], source)
    for when in whens.expressions if whens is not None else ():
        if when.args.get("condition") is not None:
            found.queries.note(when.args["condition"], scope, Influence.FILTER)
        then = when.args.get("then")
        _when(then, table, source, inserted if isinstance(then, exp.Insert) else scope, found)


def _when(then: Any, table: str, source: Relation, scope: Scope, found: Read) -> None:
    if isinstance(then, exp.Update):
        if isinstance(then.args.get("expressions"), list) and then.args["expressions"]:
            assign(then.args["expressions"], table, scope, found)
        else:
            _whole_row(table, source, found)
    elif isinstance(then, exp.Insert):
        values = then.args.get("expression")
        if not isinstance(values, exp.Tuple):
            _whole_row(table, source, found)
            return
        row = row_of(values, scope, found)
        listed = [one.name for one in then.this.expressions] if isinstance(then.this, exp.Tuple) else []
        if not listed:
            listed = list((found.queries.names.columns(table) or {}).values())
        found.write(table, listed, row)


def _whole_row(table: str, source: Relation, found: Read) -> None:
    """INSERT ROW, UPDATE SET * and INSERT *: columns meet by name, or where a query has none by position."""
    columns = list((found.queries.names.columns(table) or {}).values())
    named = {(output.name or "").lower() for output in source.everything()}
    by_position = bool(columns) and not named <= {column.lower() for column in columns}
    found.write(table, columns if by_position else (), source)
