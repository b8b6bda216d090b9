"""Variables of a script: they hold what they are set to."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from lineage.sql.relations import Relation
from lineage.sql.statements.found import Read, reads_only, value_of


def declare(node: Any, found: Read, ctes: dict[str, Relation]) -> None:
    """Variables hold what they are set to."""
    for item in node.expressions:
        value = item.args.get("default")
        names = item.this if isinstance(item.this, list) else [item.this]
        for one in names:
            found.variables[_variable(one)] = value_of(value, found, ctes)


def _variable(node: Any) -> str:
    return str(node.name if isinstance(node, exp.Expr) else node).lower()


def set_(node: Any, found: Read, ctes: dict[str, Relation]) -> None:
    for item in node.expressions:
        assignment = item.this if isinstance(item, exp.SetItem) else item
        if isinstance(assignment, exp.EQ):
            _set_variables(assignment, found, ctes)
        elif isinstance(assignment, exp.Expr):
            reads_only(assignment, found)


def _set_variables(assignment: Any, found: Read, ctes: dict[str, Relation]) -> None:
    targets = assignment.this.expressions if isinstance(assignment.this, exp.Tuple) else [assignment.this]
    value = assignment.expression
    if isinstance(value, exp.Tuple):
        refs = [value_of(one, found, ctes) for one in value.expressions]
    elif isinstance(value, exp.Subquery) and len(targets) > 1:
        refs = [output.refs for output in found.queries.query(value, ctes).everything()]
    else:
        refs = [value_of(value, found, ctes)]
    for target, one in zip(targets, refs, strict=False):
        found.variables[_variable(target)] = one
