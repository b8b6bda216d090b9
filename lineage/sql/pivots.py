"""PIVOT and UNPIVOT: rows become columns, and columns rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from lineage.sql.expressions import collect
from lineage.sql.refs import CONDITIONAL, TRANSFORMATION, Refs, add
from lineage.sql.relations import EVERYTHING, Open, Output, Relation, renamed

if TYPE_CHECKING:
    from lineage.sql.queries import Queries
    from lineage.sql.scope import Scope


def pivoted(pivot: Any, relation: Relation, scope: Scope, queries: Queries) -> Relation:
    """Return `relation` after a PIVOT or UNPIVOT."""
    inner = type(scope)(scope.ctes, scope.outer)
    inner.put((), relation)
    turned = _unpivot(pivot, inner, queries) if pivot.args.get("unpivot") else _pivot(pivot, inner, queries)
    alias = pivot.args.get("alias")
    names = [column.name for column in alias.columns] if isinstance(alias, exp.TableAlias) else []
    if names:
        return renamed(turned, names)
    return turned


def _pivot(pivot: Any, scope: Scope, queries: Queries) -> Relation:
    """Columns that are neither aggregated nor turned stay; each new one comes from its aggregate."""
    values = [_refs(one, scope, queries) for one in pivot.expressions]
    used = {column.name.lower() for one in pivot.expressions for column in one.find_all(exp.Column)}
    used |= {column.name.lower() for one in pivot.args.get("fields") or () for column in _turned(one)}
    names = [column.name for column in pivot.args.get("columns") or ()] or _invented(pivot)
    made = [Output(name, values[position % len(values)], pivot) for position, name in enumerate(names) if values]
    kept, opens = _kept(scope.relations[0], used)
    return Relation(kept + made, opens)


def _turned(field: Any) -> list[Any]:
    """The columns whose values become names."""
    this = field.args.get("this") if isinstance(field, exp.In) else field
    return list(this.find_all(exp.Column)) if isinstance(this, exp.Expr) else []


def _invented(pivot: Any) -> list[str]:
    """Names where the parser gives none: as many as there are values."""
    fields = pivot.args.get("fields") or ()
    return [value.alias_or_name for field in fields for value in field.args.get("expressions") or ()]


def _unpivot(pivot: Any, scope: Scope, queries: Queries) -> Relation:
    """The turned columns go; a column of values comes from all of them, one of names says which it was."""
    values = [name for one in pivot.expressions for name in _identifiers(one)]
    groups = [_columns(one) for field in pivot.args.get("fields") or () for one in field.args.get("expressions") or ()]
    used = {column.name.lower() for group in groups for column in group}
    which: Refs = {}
    for column in (column for group in groups for column in group):
        add(which, queries.column(column, scope), CONDITIONAL)
    named = [Output(field.this.name, which, pivot) for field in pivot.args.get("fields") or ()]
    filled = [
        Output(name, _positioned(groups, position, len(values), scope, queries), pivot)
        for position, name in enumerate(values)
    ]
    kept, opens = _kept(scope.relations[0], used)
    made = filled + named if pivot.args.get("value_columns_first") in (None, True) else named + filled
    return Relation(kept + made, opens)


def _positioned(groups: list[list[Any]], position: int, width: int, scope: Scope, queries: Queries) -> Refs:
    """Of each group of columns the one at `position`, or all when they are not as many as the values."""
    refs: Refs = {}
    for group in groups:
        chosen = [group[position]] if len(group) == width else group
        for column in chosen:
            add(refs, queries.column(column, scope), TRANSFORMATION)
    return refs


def _identifiers(node: Any) -> list[str]:
    if isinstance(node, exp.Tuple):
        return [one.name for one in node.expressions]
    return [node.name]


def _columns(node: Any) -> list[Any]:
    this = node.this if isinstance(node, exp.PivotAlias | exp.Alias) else node
    if isinstance(this, exp.Tuple | exp.Paren):
        return list(this.find_all(exp.Column))
    return [this] if isinstance(this, exp.Column) else []


def _refs(node: Any, scope: Scope, queries: Queries) -> Refs:
    refs: Refs = {}
    collect(node, scope, queries, refs)
    return refs


def _kept(relation: Relation, used: set[str]) -> tuple[list[Output], list[Open]]:
    kept = [output for output in relation.everything() if (output.name or "").lower() not in used]
    is_open = any(output.name == EVERYTHING for output in kept)
    return kept, [Open(relation, frozenset(used))] if is_open else []
