"""Whether two criteria can be true of one row, as far as their form shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

from definitions.criteria.model import DATE, NUMBER, TEXT, TIME, Node
from definitions.criteria.normal import negative, normal_form

_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda value, bound: value == bound,
    "<>": lambda value, bound: value != bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
}
_ABOVE, _BELOW = (">", ">="), ("<", "<=")


def all_exclusive(nodes: Sequence[Node]) -> bool:
    """Whether no two of `nodes` can be true of one row; False where their form does not show it."""
    normal = [normal_form(node) for node in nodes]
    return all(exclusive(one, other) for one, other in combinations(normal, 2))


def exclusive(one: Node, other: Node) -> bool:
    """Whether two criteria in normal form exclude each other: a part of the one contradicts a part of the other."""
    if one.op == "or":
        return all(exclusive(part, other) for part in one.args)
    if other.op == "or":
        return all(exclusive(one, part) for part in other.args)
    return any(_contradict(a, b) for a in _parts(one) for b in _parts(other))


def _parts(node: Node) -> tuple[Node, ...]:
    return node.args if node.op == "and" else (node,)


def _contradict(a: Node, b: Node) -> bool:
    if negative(a) == b:
        return True
    if "or" in (a.op, b.op):
        return exclusive(a, b)
    first, second = _bounds(a), _bounds(b)
    if first is None or second is None or first[0] != second[0]:
        return False
    return all(_disjoint(one, other) for one in first[1] for other in second[1])


def _bounds(node: Node) -> tuple[Node, list[tuple[str, str, Any]]] | None:
    """What a comparison with literals is about, and what it allows, as alternatives (operation, family, literal)."""
    if node.op in _HOLDS and node.args[1].op == "literal":
        return node.args[0], [(node.op, node.args[1].family, _value(node.args[1]))]
    if node.op == "in" and all(one.op == "literal" for one in node.args[1:]):
        return node.args[0], [("=", one.family, _value(one)) for one in node.args[1:]]
    return None


def _value(node: Node) -> Any:
    """A literal as what sorts as it does; collations may take capitals, accents and spaces at the end for nothing."""
    if node.family == NUMBER:
        return Decimal(node.value)
    if node.family == TEXT:
        return node.value.strip().casefold() if node.value.isascii() else None
    return node.value


def _disjoint(one: tuple[str, str, Any], other: tuple[str, str, Any]) -> bool:
    (op, family, value), (beside, also, bound) = one, other
    if family != also or value is None or bound is None:
        return False
    if op == "=" and beside == "=":
        return bool(value != bound)
    if family not in (NUMBER, DATE, TIME):
        return False
    if op == "=":
        return not _HOLDS[beside](value, bound)
    if beside == "=":
        return not _HOLDS[op](bound, value)
    if op in _ABOVE and beside in _BELOW:
        return _apart(bound, value, beside, op)
    return op in _BELOW and beside in _ABOVE and _apart(value, bound, op, beside)


def _apart(most: Any, least: Any, below: str, above: str) -> bool:
    """Whether nothing is both up to `most` and from `least`."""
    return bool(most < least or (most == least and (below == "<" or above == ">")))
