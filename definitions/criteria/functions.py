"""The functions that a criterion may call: they look at their arguments alone, and cannot be made slow or large."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from definitions.criteria import literals
from definitions.criteria.dialects import DUCKDB, MYSQL
from definitions.criteria.model import DATE, NULL, NUMBER, OTHER, TEXT, TIME, Node
from definitions.criteria.texts import Refused

if TYPE_CHECKING:
    from definitions.criteria.reading import Reader

NAMES = (
    "ABS, CAST, CEIL, CHAR_LENGTH, COALESCE, CURRENT_DATE, CURRENT_TIMESTAMP, EXTRACT, FLOOR, LEFT, LOWER, LTRIM, "
    "NULLIF, RIGHT, ROUND, RTRIM, SUBSTRING, TRIM and UPPER"
)
UNITS = {"DAY": 36_600, "HOUR": 24 * 366, "WEEK": 5_300, "MONTH": 1_200, "YEAR": 100}  # the most of each
PARTS = ("year", "month", "day", "hour")
MOST_CHARACTERS = 10_000

_TYPES = {
    "integer": ("INT", "BIGINT", "SMALLINT", "TINYINT", "UINT", "UBIGINT"),
    NUMBER: ("DECIMAL", "DOUBLE", "FLOAT", "BIGDECIMAL"),
    DATE: ("DATE",),
    TIME: ("TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMPNTZ", "DATETIME"),
    TEXT: ("TEXT", "VARCHAR", "CHAR", "NVARCHAR"),
}
_TARGETS = {name: target for target, names in _TYPES.items() for name in names}
_UNSAID = {DUCKDB: ("18", "3")}  # what the parser adds to DECIMAL
_FROM_TEXT = ("integer", NUMBER, DATE, TIME)


def shifted(reader: Reader, moved: Any, interval: Any, *, back: bool) -> Node:
    """Return a date or time moved by an interval. Raises `Refused`."""
    if not isinstance(interval, exp.Interval) or interval.unit is None:
        raise Refused("Move a date by an interval: CURRENT_DATE - INTERVAL '30' DAY.")
    unit = interval.unit.name.upper().removesuffix("S")
    if unit not in UNITS:
        raise Refused(f"Intervals are counted in {', '.join(UNITS).lower()}.")
    amount = literals.number(interval.this.name) if isinstance(interval.this, exp.Literal) else Node("literal")
    count = literals.whole(amount, 0, UNITS[unit], f"An interval in {unit.lower()}s")
    node = reader.read(moved)
    if node.family not in (DATE, TIME):
        raise Refused(f"Only a date or time can be moved by an interval, and this is a {node.family}.")
    family = TIME if unit == "HOUR" else node.family
    return Node("shift", (node,), value=(-count if back else count, unit), family=family)


def _shift(reader: Reader, tree: Any) -> Node:
    interval = tree.expression
    if not isinstance(interval, exp.Interval):
        interval = exp.Interval(this=interval, unit=tree.args.get("unit"))
    return shifted(reader, tree.this, interval, back=isinstance(tree, exp.DateSub))


def _cast(reader: Reader, tree: Any) -> Node:
    kind = tree.args["to"]
    target = _TARGETS.get(getattr(kind.this, "name", ""))
    if target is None or kind.args.get("nested") or _lengths(kind) not in ((), _UNSAID.get(reader.dialect)):
        raise Refused("CAST turns into INTEGER, DECIMAL, DATE, TIMESTAMP or TEXT, written without a length.")
    if isinstance(tree.this, exp.Literal) and tree.this.is_string and target in (DATE, TIME):
        return literals.moment(literals.text(tree.this.this).value, target)
    node = reader.read(tree.this)
    family = NUMBER if target == "integer" else target
    if node.family == family:
        if target == "integer":
            raise Refused("This is a number already: use FLOOR, CEIL or ROUND to make it whole.")
        return node
    if node.op == "literal":
        raise Refused("Write the value as what it is: 5, '5' or '2026-03-31'.")
    if node.family == OTHER or not _castable(node.family, target):
        raise Refused(f"A {node.family} cannot be turned into this type.")
    return Node("cast", (node,), value=target, family=family)


def _lengths(kind: exp.DataType) -> tuple[str, ...]:
    return tuple(one.name for one in kind.expressions)


def _castable(family: str, target: str) -> bool:
    if family == TEXT:
        return target in _FROM_TEXT
    return target == TEXT if family == NUMBER else family in (DATE, TIME) and target in (DATE, TIME, TEXT)


def _coalesce(reader: Reader, tree: Any) -> Node:
    return _alike(reader, "coalesce", [tree.this, *tree.expressions])


def _nullif(reader: Reader, tree: Any) -> Node:
    return _alike(reader, "nullif", [tree.this, tree.expression])


def _alike(reader: Reader, op: str, trees: list[Any]) -> Node:
    args = [reader.read(one) for one in trees]
    families = {node.family for node in args}
    if families & {DATE, TIME}:
        dated = [
            literals.moment(one.value, DATE) if one.op == "literal" and one.family == TEXT else one for one in args
        ]
        args, families = dated, {node.family for node in dated}
    if len(families) != 1 or families & {OTHER, NULL}:
        raise Refused(f"{op.upper()} takes values of one kind: texts, numbers, dates or conditions.")
    return Node(op, tuple(args), family=families.pop())


def _trim(reader: Reader, tree: Any) -> Node:
    op = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(tree.args.get("position") or "").upper(), "trim")
    return Node(op, (reader.text(tree.this),), family=TEXT)


def _of_text(op: str, family: str = TEXT) -> Callable[[Reader, Any], Node]:
    return lambda reader, tree: Node(op, (reader.text(tree.this),), family=family)


def _of_number(op: str) -> Callable[[Reader, Any], Node]:
    return lambda reader, tree: Node(op, (reader.number(tree.this),), family=NUMBER)


def _substring(reader: Reader, tree: Any) -> Node:
    start = literals.whole(reader.read(tree.args.get("start")), 1, MOST_CHARACTERS, "Where SUBSTRING begins")
    length = tree.args.get("length")
    most = MOST_CHARACTERS if length is None else literals.whole(reader.read(length), 0, MOST_CHARACTERS, "Its length")
    return Node("substring", (reader.text(tree.this),), value=(start, most), family=TEXT)


def _end(op: str) -> Callable[[Reader, Any], Node]:
    def read(reader: Reader, tree: Any) -> Node:
        count = literals.whole(reader.read(tree.expression), 1, MOST_CHARACTERS, "The number of characters")
        return Node(op, (reader.text(tree.this),), value=count, family=TEXT)

    return read


def _round(reader: Reader, tree: Any) -> Node:
    decimals = tree.args.get("decimals")
    digits = 0 if decimals is None else literals.whole(reader.read(decimals), 0, 10, "The digits of ROUND")
    return Node("round", (reader.number(tree.this),), value=digits, family=NUMBER)


def _part(reader: Reader, tree: Any) -> Node:
    extract = isinstance(tree, exp.Extract)
    part = (tree.this.name if extract else type(tree).__name__).lower()
    inner = tree.expression if extract else tree.this
    while isinstance(inner, exp.TsOrDsToDate):  # what the parser of MySQL wraps around the argument of YEAR
        inner = inner.this
    node = reader.read(inner)
    if part not in PARTS or node.family not in (DATE, TIME) or (part == "hour" and node.family == DATE):
        raise Refused("EXTRACT takes YEAR, MONTH or DAY of a date, and HOUR of a time.")
    return Node("part", (node,), value=part, family=NUMBER)


def _concat(reader: Reader, tree: exp.DPipe) -> Node:
    return Node("concat", (reader.text(tree.this), reader.text(tree.expression)), family=TEXT)


def _concat_call(reader: Reader, tree: exp.Concat) -> Node:
    if reader.dialect != MYSQL:
        raise Refused("Write a || b: CONCAT takes NULL for an empty text in some databases and not in others.")
    return Node("concat", tuple(reader.text(one) for one in tree.expressions), family=TEXT)


def _anonymous(reader: Reader, tree: exp.Anonymous) -> Node:
    if tree.name.lower() == "now" and not tree.expressions:
        return Node("now", family=TIME)
    raise Refused(f"The function {tree.name[:40]} is not allowed. Allowed are {NAMES}.")


_ONE = frozenset({"this"})
_TWO = frozenset({"this", "expression"})
_MOVED = frozenset({"this", "expression", "unit"})
READERS: dict[type[exp.Expr], tuple[frozenset[str], Callable[[Reader, Any], Node]]] = {
    exp.CurrentDate: (frozenset(), lambda reader, tree: Node("today", family=DATE)),
    exp.CurrentTimestamp: (frozenset(), lambda reader, tree: Node("now", family=TIME)),
    exp.Anonymous: (frozenset({"this", "expressions"}), _anonymous),
    exp.Cast: (frozenset({"this", "to"}), _cast),
    exp.TryCast: (frozenset({"this", "to", "safe"}), _cast),
    exp.DateSub: (_MOVED, _shift),
    exp.DateAdd: (_MOVED, _shift),
    exp.Coalesce: (frozenset({"this", "expressions"}), _coalesce),
    exp.Nullif: (_TWO, _nullif),
    exp.Trim: (frozenset({"this", "position"}), _trim),
    exp.Lower: (_ONE, _of_text("lower")),
    exp.Upper: (_ONE, _of_text("upper")),
    exp.Length: (frozenset({"this", "binary"}), _of_text("length", NUMBER)),
    exp.Substring: (frozenset({"this", "start", "length"}), _substring),
    exp.Left: (_TWO, _end("left")),
    exp.Right: (_TWO, _end("right")),
    exp.Abs: (_ONE, _of_number("abs")),
    exp.Floor: (_ONE, _of_number("floor")),
    exp.Ceil: (_ONE, _of_number("ceil")),
    exp.Round: (frozenset({"this", "decimals"}), _round),
    exp.Extract: (_TWO, _part),
    exp.Year: (_ONE, _part),
    exp.Month: (_ONE, _part),
    exp.Day: (_ONE, _part),
    exp.DPipe: (frozenset({"this", "expression", "safe"}), _concat),
    exp.Concat: (frozenset({"expressions", "safe", "coalesce"}), _concat_call),
}
