"""What an expression's value comes from: one walk over its tree, with the step that each column takes part by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from lineage.sql.refs import AGGREGATION, CONDITIONAL, IDENTITY, THEN, TRANSFORMATION, WINDOW, Refs, add

if TYPE_CHECKING:
    from collections.abc import Callable

    from lineage.sql.queries import Queries
    from lineage.sql.scope import Scope

Stack = list[tuple[Any, int]]

# Nothing in these refers to a column.
_LEAVES = frozenset({
    exp.Identifier, exp.Literal, exp.DataType, exp.Var, exp.Star, exp.Null, exp.Boolean, exp.Parameter,
    exp.Placeholder, exp.JSONPath, exp.Interval, exp.CurrentDate, exp.CurrentTimestamp, exp.ColumnDef,
})  # fmt: skip
_SAME = frozenset({exp.Alias, exp.Paren, exp.Aliases, exp.PropertyEQ, exp.Ordered, exp.Order, exp.Distinct})
_AGGREGATES: dict[type, bool] = {}


def collect(expression: Any, scope: Scope, queries: Queries, into: Refs, rank: int = IDENTITY) -> None:
    """Add to `into` the columns that `expression` refers to; does not descend by recursion, however deep it is."""
    stack: Stack = [(expression, rank)]
    while stack:
        node, rank = stack.pop()
        kind = node.__class__
        if kind in _LEAVES:
            continue
        special = _SPECIAL.get(kind)
        if special is not None:
            special(node, rank, stack, scope, queries, into)
            continue
        if kind not in _SAME:
            rank = THEN[rank][AGGREGATION if _aggregates(kind) else TRANSFORMATION]
        push(node, rank, stack)


def push(node: Any, rank: int, stack: Stack) -> None:
    """Put everything inside `node` on the stack."""
    for value in node.args.values():
        if value.__class__ is list:
            stack.extend((one, rank) for one in value if isinstance(one, exp.Expr))
        elif isinstance(value, exp.Expr):
            stack.append((value, rank))


def _aggregates(kind: type) -> bool:
    known = _AGGREGATES.get(kind)
    if known is None:
        known = _AGGREGATES[kind] = issubclass(kind, exp.AggFunc)
    return known


def _column(node: Any, rank: int, _stack: Stack, scope: Scope, queries: Queries, into: Refs) -> None:
    for ref, (inner, _) in queries.column(node, scope).items():
        step = THEN[inner][rank]
        known = into.get(ref)
        if known is None or known[0] < step:
            into[ref] = (step, node.args.get("this"))


def _query(node: Any, rank: int, _stack: Stack, scope: Scope, queries: Queries, into: Refs) -> None:
    for output in queries.query(node, scope.ctes, scope).everything():
        add(into, output.refs, rank)


def _exists(node: Any, _rank: int, _stack: Stack, scope: Scope, queries: Queries, _into: Refs) -> None:
    if isinstance(node.this, exp.Query):
        queries.query(node.this, scope.ctes, scope)


def _case(node: Any, rank: int, stack: Stack, *_: Any) -> None:
    args = node.args
    operand, default = args.get("this"), args.get("default")
    if operand is not None:
        stack.append((operand, CONDITIONAL))
    stack.extend((branch, rank) for branch in args.get("ifs") or ())
    if default is not None:
        stack.append((default, THEN[rank][TRANSFORMATION]))


def _if(node: Any, rank: int, stack: Stack, *_: Any) -> None:
    args = node.args
    stack.append((args["this"], CONDITIONAL))
    stack.extend((args[part], THEN[rank][TRANSFORMATION]) for part in ("true", "false") if args.get(part) is not None)


def _window(node: Any, rank: int, stack: Stack, scope: Scope, *_: Any) -> None:
    args = node.args
    stack.append((args["this"], THEN[rank][TRANSFORMATION]))
    for window in (node, _named_window(args.get("alias"), scope)):
        if window is not None:
            stack.extend((one, WINDOW) for one in window.args.get("partition_by") or ())
            if window.args.get("order") is not None:
                stack.append((window.args["order"], WINDOW))


def _named_window(alias: Any, scope: Scope) -> Any:
    return scope.windows.get(alias.name.lower()) if isinstance(alias, exp.Identifier) else None


def _filtered(node: Any, rank: int, stack: Stack, *_: Any) -> None:
    stack.append((node.this, rank))
    stack.append((node.expression, CONDITIONAL))


def _lambda(node: Any, rank: int, stack: Stack, scope: Scope, queries: Queries, into: Refs) -> None:
    """The names that a lambda binds are not columns."""
    bound = {parameter.name.lower() for parameter in node.expressions}
    inner: Refs = {}
    collect(node.this, scope, queries, inner, rank)
    add(into, {ref: use for ref, use in inner.items() if ref[1].lower() not in bound}, IDENTITY)


def _dictionary(node: Any, rank: int, stack: Stack, *_: Any) -> None:
    """ClickHouse's dictGet names a dictionary first, which is no column."""
    arguments = list(node.expressions)
    if node.name.lower().startswith("dictget"):
        arguments = arguments[1:]
    stack.extend((one, THEN[rank][TRANSFORMATION]) for one in arguments)


_Special = "Callable[[Any, int, Stack, Scope, Queries, Refs], None]"
_SPECIAL: dict[type, Callable[..., None]] = {
    exp.Column: _column,
    exp.Subquery: _query,
    exp.Select: _query,
    exp.Union: _query,
    exp.Except: _query,
    exp.Intersect: _query,
    exp.Exists: _exists,
    exp.Case: _case,
    exp.If: _if,
    exp.Window: _window,
    exp.Filter: _filtered,
    exp.Lambda: _lambda,
    exp.Anonymous: _dictionary,
}
