"""The normal form of a criterion: two criteria with one normal form hold for the same rows, whatever the data.

Every step is an identity of three-valued logic, so it keeps NULL as it is. The opposite is not promised: criteria with
different normal forms may still hold for the same rows, which only measuring shows.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from definitions.criteria.model import BOOLEAN, Node, negated

_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TURNED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_YES, _NO = Node("literal", value=True), Node("literal", value=False)


def normal_text(node: Node) -> str:
    """Return the normal form as one text, to be compared or hashed; names of fields without regard to capitals."""
    return json.dumps(_plain(normal_form(node)), ensure_ascii=False, separators=(",", ":"))


def normal_form(node: Node) -> Node:
    """Return the normal form of `node`."""
    node = replace(node, args=tuple(normal_form(one) for one in node.args))
    if node.op == "not":
        return negative(node.args[0])
    if node.op in ("and", "or"):
        return _joined(node.op, node.args)
    if node.op in _TURNED:
        return _compared(node)
    if node.op == "in":
        return _options(node.args[0], set(node.args[1:]))
    if node.op == "same":
        return replace(node, args=tuple(sorted(node.args, key=_order)))
    return node


def _plain(node: Node) -> Any:
    value = node.value.name.lower() if node.op == "column" else node.value
    return [node.op, node.family, value, *(_plain(one) for one in node.args)]


def _order(node: Node) -> str:
    return json.dumps(_plain(node), ensure_ascii=False)


def negative(node: Node) -> Node:
    """The negation of what is in normal form already."""
    if node.op == "not":
        return node.args[0]
    if node.op in _OPPOSITE:
        return replace(node, op=_OPPOSITE[node.op])
    if node.op in ("and", "or"):
        return _joined("or" if node.op == "and" else "and", tuple(negative(one) for one in node.args))
    if node in (_YES, _NO):
        return _NO if node == _YES else _YES
    return negated(node)


def _joined(op: str, args: tuple[Node, ...]) -> Node:
    parts: set[Node] = set()
    for one in args:
        parts |= set(one.args) if one.op == op else {one}
    neutral, absorbing = (_YES, _NO) if op == "and" else (_NO, _YES)
    parts.discard(neutral)
    if absorbing in parts:
        return absorbing
    parts = _merged(op, parts)
    dual = "or" if op == "and" else "and"
    parts = {one for one in parts if not (one.op == dual and parts & set(one.args))}  # a OR (a AND b) is a
    if not parts:
        return neutral
    ordered = tuple(sorted(parts, key=_order))
    return ordered[0] if len(ordered) == 1 else Node(op, ordered)


def _merged(op: str, parts: set[Node]) -> set[Node]:
    """Equalities of one thing with literals as one IN: joined by OR, or as NOT IN joined by AND."""
    options: dict[Node, set[Node]] = {}
    rest: set[Node] = set()
    for one in parts:
        found = _choice(one, op)
        if found is None:
            rest.add(one)
        else:
            options.setdefault(found[0], set()).update(found[1])
    for value, chosen in options.items():
        merged = _options(value, chosen)
        rest.add(merged if op == "or" else negative(merged))
    return rest


def _choice(node: Node, op: str) -> tuple[Node, set[Node]] | None:
    if op == "and":
        if node.op not in ("<>", "not"):
            return None
        node = negative(node)
    if node.op == "=" and node.args[1].op == "literal":
        return node.args[0], {node.args[1]}
    if node.op == "in" and all(one.op == "literal" for one in node.args[1:]):
        return node.args[0], set(node.args[1:])
    return None


def _options(value: Node, options: set[Node]) -> Node:
    ordered = sorted(options, key=_order)
    if len(ordered) == 1:
        return _compared(Node("=", (value, ordered[0])))
    return Node("in", (value, *ordered))


def _compared(node: Node) -> Node:
    """Literals on the right, other things in order; a condition compared with TRUE or FALSE is itself or not."""
    left, right = node.args
    if (left.op == "literal", _order(left)) > (right.op == "literal", _order(right)):
        node = replace(node, op=_TURNED[node.op], args=(right, left))
        left, right = node.args
    if left.family == BOOLEAN and right in (_YES, _NO) and node.op in ("=", "<>"):
        return left if (right == _YES) == (node.op == "=") else negative(left)
    return node
