"""What each row says of the states of a workflow, as one number: two bits a state.

The number is worked out for every row of a source, so it is asked for as cheaply as the criteria allow: where no field
is NULL, criteria without casts and divisions are true or false; and where they exclude each other, the first that is
true tells all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from definitions.criteria.dialects import DUCKDB, MYSQL, POSTGRES, SQLITE
from definitions.criteria.exclusive import all_exclusive
from definitions.criteria.model import NULL, TEXT, Node
from definitions.criteria.rendering import quoted, render
from definitions.criteria.safe import safe

IN, UNKNOWN, BROKEN = 1, 2, 3  # two bits of a state; 0: the row is not in it
MOST_STATES = 30
SMALL = 15  # states whose bits fit a 32-bit number
TYPED = (POSTGRES, DUCKDB)  # truths are no numbers there
MOST_GUARDED = 12  # fields that are looked at before

_MAKE_NULL = frozenset({"case", "nullif", "/", "%"})
_MAKE_NULL_OF_TEXT = frozenset({"shift", "part"})  # where dates are text, or may be no dates


def code_of(states: Sequence[Node], dialect: str, now: datetime) -> str:
    """Return the number of a row as SQL. Raises `ValueError` for more states than it has bits."""
    if not 0 < len(states) <= MOST_STATES:
        raise ValueError(f"A workflow is measured with one to {MOST_STATES} states.")
    exact = _exact(states, dialect, now)
    fields = _fields_that_matter(states)
    if len(fields) > MOST_GUARDED or any(_makes_null(one, dialect) for one in states):
        return exact
    weights = [_number(IN * 4**place, len(states), dialect) for place in range(len(states))]
    truths = [render(node, dialect, now) for node in states]
    guard = " OR ".join(f"{quoted(name, dialect)} IS NULL" for name in fields)
    begin = f"CASE WHEN {guard} THEN {exact} " if guard else "CASE "
    if all_exclusive(states):
        branches = " ".join(f"WHEN {sql} THEN {weight}" for sql, weight in zip(truths, weights, strict=True))
        return f"{begin}{branches} ELSE {_number(0, len(states), dialect)} END"
    summed = " + ".join(
        f"CASE WHEN {sql} THEN {weight} ELSE 0 END" for sql, weight in zip(truths, weights, strict=True)
    )
    return f"{begin}ELSE {summed} END" if guard else summed


def _exact(states: Sequence[Node], dialect: str, now: datetime) -> str:
    """The number whatever the row holds."""
    parts = []
    for place, node in enumerate(states):
        factor = _number(4**place, len(states), dialect)
        parts.append(_said(node, dialect, now) if place == 0 else f"{_said(node, dialect, now)} * {factor}")
    return " + ".join(parts)


def _number(value: int, states: int, dialect: str) -> str:
    return f"CAST({value} AS bigint)" if states > SMALL and dialect in TYPED else str(value)


def _said(node: Node, dialect: str, now: datetime) -> str:
    value, fails = safe(node)
    sql = render(value, dialect, now)
    if dialect in TYPED:
        said = f"coalesce(CAST({sql} AS int), {UNKNOWN})"
    else:  # where a truth is any number but 0
        said = f"CASE WHEN {sql} THEN {IN} WHEN ({sql}) IS NULL THEN {UNKNOWN} ELSE 0 END"
    return said if fails is None else f"CASE WHEN {render(fails, dialect, now)} THEN {BROKEN} ELSE {said} END"


def _makes_null(tree: Node, dialect: str) -> bool:
    """Whether a criterion may be NULL, or fail, although no field that it uses is NULL."""
    for node in tree.walk():
        if node.op in _MAKE_NULL or (node.op == "literal" and node.family == NULL):
            return True
        if node.op == "cast" and node.args[0].family == TEXT:
            return True
        if dialect in (MYSQL, SQLITE) and (node.op in _MAKE_NULL_OF_TEXT or node.op == "cast"):
            return True
    return False


def _fields_that_matter(states: Sequence[Node]) -> list[str]:
    """Names of the fields that make a criterion NULL when they are: not those that are only asked whether they are."""
    found: set[str] = set()
    waiting = list(states)
    while waiting:
        node = waiting.pop()
        if node.op == "column":
            found.add(node.value.name)
        elif node.op != "null" or node.args[0].op != "column":
            waiting.extend(node.args)
    return sorted(found)
