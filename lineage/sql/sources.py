"""FROM clauses: tables, derived tables, joins, functions, unnested arrays, laterals and values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from lineage.sql.expressions import collect
from lineage.sql.model import Influence
from lineage.sql.names import parts_of
from lineage.sql.pivots import pivoted
from lineage.sql.refs import Refs
from lineage.sql.relations import Made, Open, Output, Relation, renamed

if TYPE_CHECKING:
    from lineage.sql.queries import Queries
    from lineage.sql.scope import Scope

__all__ = ["add_joins", "add_source", "alias_columns", "pivoted", "relation_of"]


def add_source(node: Any, scope: Scope, queries: Queries) -> None:
    """Put what `node` names into `scope`, under its alias and its own name, with whatever is joined to it."""
    if node.__class__ is exp.Subquery and _is_join(node):
        add_source(node.this, scope, queries)
        add_joins(node.args, scope, queries)
        if not node.alias:
            return
    relation = relation_of(node, scope, queries)
    for pivot in node.args.get("pivots") or ():
        relation = pivoted(pivot, relation, scope, queries)
    scope.put(_names(node), relation)
    if node.__class__ is not exp.Subquery or not _is_join(node):
        add_joins(node.args, scope, queries)


def _is_join(node: Any) -> bool:
    """Whether parentheses hold tables and not a query."""
    return (isinstance(node.this, exp.Table | exp.Subquery) and not isinstance(node.this, exp.Query | exp.Values)) or (
        isinstance(node.this, exp.Subquery) and bool(node.this.args.get("joins") or node.this.alias)
    )


def _names(node: Any) -> list[str]:
    """What the relation may be called: its alias alone, or every ending of its own name."""
    alias = node.args.get("alias")
    if isinstance(alias, exp.TableAlias) and alias.this is not None:
        return [alias.name.lower()]
    for pivot in node.args.get("pivots") or ():
        if pivot.alias:
            return [str(pivot.alias).lower()]
    if isinstance(node, exp.Unnest | exp.Lateral) and isinstance(alias, exp.TableAlias):
        return [column.name.lower() for column in alias.columns[:1]]
    if isinstance(node, exp.Table):
        parts = parts_of(node) or [node.name]
        return [".".join(parts[start:]).lower() for start in range(len(parts))]
    return []


def add_joins(args: dict[str, Any], scope: Scope, queries: Queries) -> None:
    """Put what is joined into `scope`, and take note of the columns it is joined by."""
    for join in args.get("joins") or ():
        before = list(scope.relations)
        if str(join.args.get("kind") or "").upper() == "ARRAY":
            _add_array(join.this, scope, queries)
            continue
        add_source(join.this, scope, queries)
        new = scope.relations[len(before) :]
        _merge(join, before, new, scope)
        if join.args.get("on") is not None:
            queries.note(join.args["on"], scope, Influence.JOIN)
    for lateral in args.get("laterals") or ():
        add_source(lateral, scope, queries)


def _add_array(node: Any, scope: Scope, queries: Queries) -> None:
    """ClickHouse's ARRAY JOIN: what looks like a table is a column, whose elements go by its name or alias."""
    refs: Refs = {}
    collect(node, scope, queries, refs)
    name = node.alias_or_name
    scope.put([name.lower()], Made(refs, [Output(name, refs)]))


def _merge(join: Any, before: list[Relation], new: list[Relation], scope: Scope) -> None:
    """USING and NATURAL make one column of two: the outer side's, or for a full join both."""
    names = [one.name.lower() for one in join.args.get("using") or ()]
    if (join.args.get("method") or "").upper() == "NATURAL":
        names = [name for one in new for name in _listed(one) if any(name in _listed(other) for other in before)]
    for name in names:
        left = scope.merged.get(name) or [one for one in before if one.known(name) is not None or one.is_open][:1]
        side = (join.args.get("side") or "").upper()
        shown = {"RIGHT": new, "FULL": left + new}.get(side, left or new)
        scope.merged[name] = shown


def _listed(relation: Relation) -> list[str]:
    return [output.name.lower() for output in relation.everything() if output.name]


def relation_of(node: Any, scope: Scope, queries: Queries) -> Relation:
    """Return the relation that a node of a FROM clause stands for."""
    kind = node.__class__
    if kind is exp.Final:
        return relation_of(node.this, scope, queries)
    if kind is exp.Table:
        relation = _table(node, scope, queries)
    elif kind is exp.Subquery:
        relation = _subquery(node, scope, queries)
    elif kind is exp.Values:
        relation = _values(node, scope, queries)
    elif kind is exp.Lateral:
        return _lateral(node, scope, queries)
    elif isinstance(node, exp.Query):
        relation = queries.query(node, scope.ctes, scope)
    else:
        relation = _function(node, scope, queries)
    names = alias_columns(node)
    return renamed(relation, names) if names and not isinstance(relation, Made) else relation


def alias_columns(node: Any) -> list[str]:
    """The names of columns given with an alias, as in ``AS t (a, b)``."""
    alias = node.args.get("alias")
    return [column.name for column in alias.columns] if isinstance(alias, exp.TableAlias) else []


def _table(node: Any, scope: Scope, queries: Queries) -> Relation:
    this = node.args.get("this")
    if isinstance(this, exp.SemanticView):
        return queries.table(this.this, scope)
    if isinstance(this, exp.Identifier | exp.Dot | exp.Literal | exp.Parameter | exp.Var | exp.SessionParameter):
        return _array_of_source(node, scope, queries) or queries.table(node, scope)
    if this is None:
        return Relation(())
    return _named_by_text(this, queries) or _function(node, scope, queries)


def _named_by_text(this: Any, queries: Queries) -> Relation | None:
    """A function that names a table or a file by a literal: Snowflake's identifier(), DuckDB's read_parquet()."""
    arguments = this.args.get("expressions") or [this.args.get("this")]
    named = (this.name if isinstance(this, exp.Anonymous) else this.key).lower()
    if not isinstance(arguments[0], exp.Literal):
        return None
    if named in ("identifier", "dynamicidentifier"):
        return queries.read(queries.names.complete(arguments[0].name.split(".")))
    return queries.read(f"path:{arguments[0].name}") if named.startswith("read") else None


def _array_of_source(node: Any, scope: Scope, queries: Queries) -> Relation | None:
    """BigQuery and others read an array column of a table before it as if it were a table: ``FROM t, t.items``."""
    db = node.args.get("db")
    root = node.args.get("catalog") or db
    if root is None or queries.dialect not in ("bigquery", "redshift"):
        return None
    source = scope.sources.get(root.name.lower())
    if source is None:
        return None
    column = db.name if node.args.get("catalog") is not None else node.name
    return Made(source.get(column.lower(), column) or {})


def _subquery(node: Any, scope: Scope, queries: Queries) -> Relation:
    inner = node.this
    ctes = scope.ctes
    if node.args.get("with_") is not None:
        ctes = queries.with_ctes(node.args["with_"], ctes, scope)
    if isinstance(inner, exp.Table | exp.Values | exp.Subquery):
        own = type(scope)(ctes, scope.outer)
        add_source(inner, own, queries)
        return _only(own)
    return queries.query(inner, ctes, scope)


def _only(scope: Scope) -> Relation:
    """Everything that a scope holds, as one relation."""
    relations = scope.relations
    if len(relations) == 1:
        return relations[0]
    outputs = [output for relation in relations for output in relation.everything()]
    return Relation(outputs, [Open(relation) for relation in relations if relation.is_open])


def _values(node: Any, scope: Scope, queries: Queries) -> Relation:
    columns: list[Refs] = []
    for row in node.args.get("expressions") or ():
        for position, cell in enumerate(row.expressions if isinstance(row, exp.Tuple) else [row]):
            if position == len(columns):
                columns.append({})
            collect(cell, scope, queries, columns[position])
    return Relation([Output(f"col{position + 1}", refs) for position, refs in enumerate(columns)])


def _lateral(node: Any, scope: Scope, queries: Queries) -> Relation:
    inner = node.this
    names = alias_columns(node)
    if isinstance(inner, exp.Subquery | exp.Query):
        relation = queries.query(inner, scope.ctes, scope)
        return renamed(relation, names) if names else relation
    return _function(node, scope, queries)


def _function(node: Any, scope: Scope, queries: Queries) -> Relation:
    """A function of columns before it: each of its columns comes from them all."""
    refs: Refs = {}
    for key, value in node.args.items():
        if key in ("alias", "offset", "joins", "pivots", "laterals", "sample"):
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, exp.Expr):
                collect(one, scope, queries, refs)
    offset = node.args.get("offset")
    outputs = [Output(offset.name, {})] if isinstance(offset, exp.Identifier) else []
    names = alias_columns(node)
    made = Made(refs)
    if names:
        return Made(refs, [Output(name, made.refs) for name in names] + outputs)
    return Made(refs, outputs) if outputs else made
