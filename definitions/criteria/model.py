"""The tree of a criterion: few kinds of nodes, each with a meaning of its own in every dialect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

NUMBER, TEXT, DATE, TIME, BOOLEAN, NULL, OTHER = "number", "text", "date", "time", "boolean", "null", "other"

# Families of the catalog's types (catalog.types.TYPES); what is not here can only be asked whether it is NULL.
_FAMILIES = {
    "boolean": BOOLEAN, "integer": NUMBER, "decimal": NUMBER, "float": NUMBER, "string": TEXT, "enum": TEXT,
    "uuid": TEXT, "date": DATE, "timestamp": TIME, "timestamptz": TIME,
}  # fmt: skip
_SHOWN_AS_TEXT = frozenset({"enum", "uuid"})


class Column(NamedTuple):
    """A field that a criterion may use: its name as the source spells it, and what can be done with it."""

    name: str
    family: str
    as_text: bool = False  # compared as text although the source keeps it as something else


def column_of(name: str, type_: str) -> Column:
    """Return the column of a field by its type in the catalog."""
    return Column(name, _FAMILIES.get(type_, OTHER), type_ in _SHOWN_AS_TEXT)


@dataclass(frozen=True)
class Problem:
    """Why a criterion is refused: what is wrong and what to do, and where (from 1) when that is known."""

    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line is not None else ""
        return f"{place}{self.message}"


@dataclass(frozen=True)
class Node:
    """One operation of a criterion.

    `op` is one of: column, literal, today, now, and, or, not, =, <>, <, <=, >, >=, same, null, true, false, in, like,
    ilike, +, -, *, /, %, negative, shift, case, coalesce, nullif, lower, upper, trim, ltrim, rtrim, length, substring,
    left, right, abs, round, floor, ceil, concat, cast, part; and, made by `safe` alone, valid.
    `value` is what belongs to the operation itself: a name, a literal, a target of a cast, a number of characters.
    A case holds conditions and results in turn, then what is given otherwise.
    """

    op: str
    args: tuple[Node, ...] = ()
    value: Any = None
    family: str = BOOLEAN

    def walk(self) -> list[Node]:
        """Return the node and all below it."""
        found, waiting = [], [self]
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting.extend(node.args)
        return found

    @property
    def depth(self) -> int:
        """How many operations stand inside each other at most."""
        deepest, waiting = 0, [(self, 1)]
        while waiting:
            node, level = waiting.pop()
            deepest = max(deepest, level)
            waiting.extend((one, level + 1) for one in node.args)
        return deepest


def all_of(*nodes: Node) -> Node:
    """Return the conjunction of `nodes`."""
    return nodes[0] if len(nodes) == 1 else Node("and", nodes)


def any_of(*nodes: Node) -> Node:
    """Return the disjunction of `nodes`."""
    return nodes[0] if len(nodes) == 1 else Node("or", nodes)


def negated(node: Node) -> Node:
    """Return the negation of `node`."""
    return Node("not", (node,))
