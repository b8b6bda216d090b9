"""From the parser's tree to a criterion's: what is not translated here does not exist.

Every kind of node that is understood has a function below, and every part of such a node that the function does not
use must be empty; all else is refused. So nothing of the text reaches a source unless it was understood.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlglot import exp

from definitions.criteria import functions, literals
from definitions.criteria.dialects import MYSQL
from definitions.criteria.model import BOOLEAN, DATE, NULL, NUMBER, OTHER, TEXT, TIME, Column, Node, Problem, negated
from definitions.criteria.texts import Refused

COMPARED = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
ARITHMETIC = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%"}
MOST_OPTIONS = 200  # values in one IN


class Reader:
    """Reads one expression over the columns of a dataset; what is wrong gathers in `problems`."""

    def __init__(self, columns: Iterable[Column], dialect: str) -> None:
        self.dialect = dialect
        self.columns: Mapping[str, Column] = {column.name: column for column in columns}
        self.problems: list[Problem] = []

    def condition(self, tree: exp.Expr) -> Node:
        """Return the tree as something true or false; what cannot be read is noted and left out."""
        try:
            return self.boolean(tree)
        except Refused as refused:
            self.problems.append(refused.problem)
            return Node("literal", value=True)

    def boolean(self, tree: exp.Expr) -> Node:
        node = self.read(tree)
        if node.family not in (BOOLEAN, NULL):
            raise at(tree, f"A condition is wanted here, and this is a {node.family}. Compare it with something.")
        return node

    def read(self, tree: Any) -> Node:
        """Raises `Refused` for whatever is not understood."""
        if not isinstance(tree, exp.Expr):
            raise Refused("The condition is not complete.")
        found = _READERS.get(type(tree))
        if found is None:
            raise at(tree, unknown(tree))
        allowed, reader = found
        if extra := [
            name for name, value in tree.args.items() if value not in (None, [], False) and name not in allowed
        ]:
            raise at(tree, _unused(tree, extra[0]))
        try:
            node = reader(self, tree)
            return negated(node) if tree.args.get("negate") else node
        except Refused as refused:
            raise refused if refused.problem.line is not None else at(tree, refused.problem.message) from None

    def number(self, tree: Any) -> Node:
        node = self.read(tree)
        if node.family != NUMBER:
            raise at(tree, f"A number is wanted here, and this is a {node.family}. Use CAST(… AS DECIMAL) for text.")
        return node

    def text(self, tree: Any) -> Node:
        node = self.read(tree)
        if node.family != TEXT:
            raise at(tree, f"A text is wanted here, and this is a {node.family}. Use CAST(… AS TEXT).")
        return node

    def column(self, tree: exp.Column) -> Node:
        name = tree.name
        if not isinstance(tree.this, exp.Identifier):
            raise at(tree, "Name one field here.")
        found = self.columns.get(name) or self._folded(name)
        if found is None:
            raise at(tree, f"There is no field {name[:60]}. {self._near(name)}")
        return Node("column", value=found, family=found.family)

    def _folded(self, name: str) -> Column | None:
        near = [column for column in self.columns.values() if column.name.lower() == name.lower()]
        return near[0] if len(near) == 1 else None

    def _near(self, name: str) -> str:
        folded = {column.lower(): column for column in self.columns}
        near = difflib.get_close_matches(name.lower(), folded, n=3, cutoff=0.5)
        if near:
            return f"Did you mean {', '.join(folded[one] for one in near)}?"
        if self.dialect != MYSQL:
            return "Texts are written in single quotes."
        return "The dataset's page lists its fields."


def at(tree: exp.Expr, message: str) -> Refused:
    """Return a refusal that points at the first word of `tree` whose place the parser kept."""
    for node in tree.walk():
        line, end, start = (node.meta.get(key) for key in ("line", "col", "start"))
        if isinstance(line, int) and isinstance(end, int):
            width = node.meta.get("end", start) - start if isinstance(start, int) else 0
            return Refused(message, line, max(1, end - width))
    return Refused(message)


def _unused(tree: exp.Expr, name: str) -> str:
    """Say what is wrong with a part of `tree` that has no meaning in a criterion."""
    if isinstance(tree, exp.Column):
        return "Write the field's name alone: a criterion knows one dataset."
    part = tree.args[name]
    return unknown(part if isinstance(part, exp.Expr) else tree)


def unknown(tree: exp.Expr) -> str:
    """Say what kind of thing is not allowed."""
    if isinstance(tree, exp.Query | exp.Subquery | exp.Exists):
        return "A criterion looks at one row and asks no other table: take the subquery out."
    if isinstance(tree, exp.Window):
        return "A criterion looks at one row: take the window function out."
    if isinstance(tree, exp.AggFunc):
        return "A criterion looks at one row: take the aggregate out."
    if isinstance(tree, exp.Anonymous | exp.Func):
        name = tree.name if isinstance(tree, exp.Anonymous) else tree.sql_name()
        return f"The function {name[:40]} is not allowed. Allowed are {functions.NAMES}."
    if isinstance(tree, exp.Placeholder | exp.Parameter | exp.SessionParameter):
        return "There are no parameters here: write the value."
    return f"{type(tree).__name__} is not allowed in a criterion."


# --- what belongs together


def comparable(left: Node, right: Node) -> tuple[Node, Node]:
    """Return both sides with texts among dates read as dates. Raises `Refused` where they cannot be compared."""
    if NULL in (left.family, right.family):
        raise Refused("A comparison with NULL is never true: write IS NULL or IS NOT NULL.")
    left, right = _dated(left, right.family), _dated(right, left.family)
    one, other = sorted((left.family, right.family))
    if OTHER in (one, other):
        raise Refused("A field of this type can only be asked whether it IS NULL.")
    if one == other or {one, other} == {DATE, TIME}:
        return left, right
    raise Refused(f"A {left.family} is compared with a {right.family}. {_advice({one, other})}")


def _dated(node: Node, other: str) -> Node:
    if node.op == "literal" and node.family == TEXT and other in (DATE, TIME):
        return literals.moment(node.value, DATE)
    return node


def _advice(families: set[str]) -> str:
    if families == {NUMBER, TEXT}:
        return "Write the number without quotes, or CAST(… AS DECIMAL) for a field that holds text."
    if families <= {DATE, TIME, TEXT}:
        return "Write CAST(… AS DATE) for a field that holds text."
    return "Compare like with like."


# --- readers of each kind of node

Read = Callable[[Reader, Any], Node]


def _connected(reader: Reader, tree: exp.Connector) -> Node:
    op = "and" if isinstance(tree, exp.And) else "or"
    kind, parts, waiting = type(tree), [], [tree]
    while waiting:
        node: Any = waiting.pop()
        if type(node) is kind:
            waiting += [node.expression, node.this]
        else:
            parts.append(reader.condition(node))
    return Node(op, tuple(parts))


def _not(reader: Reader, tree: exp.Not) -> Node:
    return negated(reader.boolean(tree.this))


def _compared(reader: Reader, tree: exp.Binary) -> Node:
    return Node(COMPARED[type(tree)], comparable(reader.read(tree.this), reader.read(tree.expression)))


def _same(reader: Reader, tree: exp.Binary) -> Node:
    same = Node("same", comparable(reader.read(tree.this), reader.read(tree.expression)))
    return negated(same) if isinstance(tree, exp.NullSafeNEQ) else same


def _is(reader: Reader, tree: exp.Is) -> Node:
    if isinstance(tree.expression, exp.Null):
        return Node("null", (reader.read(tree.this),))
    if isinstance(tree.expression, exp.Boolean):
        return Node("true" if tree.expression.this else "false", (reader.boolean(tree.this),))
    raise Refused("After IS only NULL, TRUE and FALSE are understood.")


def _in(reader: Reader, tree: exp.In) -> Node:
    if not tree.expressions:
        raise Refused("Write the values in brackets: status IN ('active', 'paused').")
    if len(tree.expressions) > MOST_OPTIONS:
        raise Refused(f"IN holds more than {MOST_OPTIONS} values.")
    value = reader.read(tree.this)
    pairs = [comparable(value, reader.read(option)) for option in tree.expressions]
    return Node("in", (pairs[0][0], *(option for _, option in pairs)))


def _between(reader: Reader, tree: exp.Between) -> Node:
    value = reader.read(tree.this)
    low = comparable(value, reader.read(tree.args["low"]))
    high = comparable(value, reader.read(tree.args["high"]))
    return Node("and", (Node(">=", low), Node("<=", high)))


def _like(reader: Reader, tree: exp.Binary) -> Node:
    pattern = reader.text(tree.expression)
    if pattern.op != "literal":
        raise Refused("The pattern of LIKE must be written as a text.")
    return Node("ilike" if isinstance(tree, exp.ILike) else "like", (reader.text(tree.this),), value=pattern.value)


def _calculated(reader: Reader, tree: exp.Binary) -> Node:
    if isinstance(tree.expression, exp.Interval) and isinstance(tree, exp.Add | exp.Sub):
        return functions.shifted(reader, tree.this, tree.expression, back=isinstance(tree, exp.Sub))
    return Node(ARITHMETIC[type(tree)], (reader.number(tree.this), reader.number(tree.expression)), family=NUMBER)


def _literal(reader: Reader, tree: exp.Literal) -> Node:
    return literals.text(tree.this) if tree.is_string else literals.number(tree.this)


def _case(reader: Reader, tree: exp.Case) -> Node:
    value = reader.read(tree.this) if tree.this is not None else None
    args: list[Node] = []
    for branch in tree.args["ifs"]:
        asked = reader.boolean(branch.this) if value is None else Node("=", comparable(value, reader.read(branch.this)))
        args += [asked, reader.read(branch.args["true"])]
    default = tree.args.get("default")
    args.append(reader.read(default) if default is not None else Node("literal", family=NULL))
    return Node("case", tuple(args), family=one_family([*args[1::2], args[-1]]))


def one_family(nodes: list[Node]) -> str:
    """Return what all of `nodes` are, beside NULL. Raises `Refused` where they differ."""
    families = {node.family for node in nodes} - {NULL}
    if len(families) > 1:
        raise Refused(f"The results are of different kinds: {', '.join(sorted(families))}.")
    return families.pop() if families else NULL


_BINARY = frozenset({"this", "expression"})
_ONE = frozenset({"this"})
_READERS: dict[type[exp.Expr], tuple[frozenset[str], Read]] = {
    exp.Paren: (_ONE, lambda reader, tree: reader.read(tree.this)),
    exp.And: (_BINARY, _connected),
    exp.Or: (_BINARY, _connected),
    exp.Not: (_ONE, _not),
    **dict.fromkeys(COMPARED, (_BINARY, _compared)),
    exp.NullSafeEQ: (_BINARY, _same),
    exp.NullSafeNEQ: (_BINARY, _same),
    exp.Is: (_BINARY | {"negate"}, _is),
    exp.In: (frozenset({"this", "expressions"}), _in),
    exp.Between: (frozenset({"this", "low", "high"}), _between),
    exp.Like: (_BINARY, _like),
    exp.ILike: (_BINARY, _like),
    **{kind: (_BINARY | {"typed", "safe"}, _calculated) for kind in ARITHMETIC},
    exp.Neg: (_ONE, lambda reader, tree: Node("negative", (reader.number(tree.this),), family=NUMBER)),
    exp.Literal: (frozenset({"this", "is_string"}), _literal),
    exp.Boolean: (_ONE, lambda reader, tree: Node("literal", value=bool(tree.this))),
    exp.Null: (frozenset(), lambda reader, tree: Node("literal", family=NULL)),
    exp.Column: (_ONE, lambda reader, tree: reader.column(tree)),
    exp.Case: (frozenset({"this", "ifs", "default"}), _case),
    **functions.READERS,
}
