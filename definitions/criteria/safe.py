"""What happens to rows on which a criterion cannot be evaluated: they are told apart instead of failing the query.

Each node becomes two: its value, which is NULL wherever it cannot be evaluated, and the condition under which it
cannot. A definite result stands whatever is next to it: `false AND broken` is false, as in Kleene's three-valued logic.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from definitions.criteria.model import NULL, NUMBER, Node, all_of, any_of, negated

_NOTHING = Node("literal", family=NULL)
_YES, _NO = Node("literal", value=True), Node("literal", value=False)
_ZERO = Node("literal", value="0", family=NUMBER)


class Safe(NamedTuple):
    """A value that never fails, and where it stands for a failure; None where there is none."""

    value: Node
    fails: Node | None


def safe(node: Node) -> Safe:
    """Return `node` as a value and the condition under which it cannot be evaluated."""
    if not any(_may_fail(one) for one in node.walk()):
        return Safe(node, None)
    if node.op == "case":
        return _case([safe(one) for one in node.args], node)
    if node.op == "coalesce":
        return _coalesce([safe(one) for one in node.args], node)
    parts = [safe(one) for one in node.args]
    value = replace(node, args=tuple(part.value for part in parts))
    broken = [part.fails for part in parts if part.fails is not None]
    if node.op in ("and", "or", "in"):  # definite in spite of a part that is not
        return Safe(value, all_of(any_of(*broken), Node("null", (value,))))
    if node.op in ("null", "true", "false", "same", "nullif") and broken:
        return Safe(_unless(any_of(*broken), value), any_of(*broken))
    broken += _own(value)
    return Safe(value, any_of(*broken) if broken else None)


def _may_fail(node: Node) -> bool:
    return node.op in ("/", "%") or (node.op == "cast" and node.args[0].family == "text")


def _own(node: Node) -> list[Node]:
    """The failures of an operation on arguments that do not fail."""
    if node.op in ("/", "%"):
        divided, divisor = node.args
        return [all_of(Node("=", (divisor, _ZERO)), negated(Node("null", (divided,))))]
    if node.op == "cast" and _may_fail(node):
        given = node.args[0]
        return [all_of(negated(Node("null", (given,))), negated(Node("valid", (given,), value=node.value)))]
    return []


def _unless(fails: Node, value: Node) -> Node:
    return Node("case", (fails, _NOTHING, value), family=value.family)


def _case(parts: list[Safe], node: Node) -> Safe:
    values: list[Node] = []
    fails: list[Node] = []
    for asked, given in zip(parts[:-1:2], parts[1::2], strict=True):
        if asked.fails is not None:
            values += [asked.fails, _NOTHING]
            fails += [asked.fails, _YES]
        values += [asked.value, given.value]
        fails += [asked.value, given.fails or _NO]
    otherwise = parts[-1]
    value = Node("case", (*values, otherwise.value), family=node.family)
    return Safe(value, Node("case", (*fails, otherwise.fails or _NO)))


def _coalesce(parts: list[Safe], node: Node) -> Safe:
    fails: list[Node] = []
    for part in parts:
        if part.fails is not None:
            fails += [part.fails, _YES]
        fails += [negated(Node("null", (part.value,))), _NO]
    broken = Node("case", (*fails, _NO))
    return Safe(_unless(broken, replace(node, args=tuple(part.value for part in parts))), broken)
