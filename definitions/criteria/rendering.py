"""The SQL of a criterion: the only text that is ever sent to a source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from definitions.criteria.dialects import DUCKDB, MYSQL, POSTGRES, SQLITE
from definitions.criteria.model import DATE, NULL, NUMBER, TEXT, TIME, Node
from definitions.criteria.validity import valid

LONGEST = 60_000  # characters of SQL of one criterion
_TYPES = {
    POSTGRES: {NUMBER: "numeric", "integer": "numeric", DATE: "date", TIME: "timestamp", TEXT: "text"},
    MYSQL: {NUMBER: "DECIMAL(65, 15)", "integer": "DECIMAL(65, 15)", DATE: "DATE", TIME: "DATETIME(6)", TEXT: "CHAR"},
    SQLITE: {NUMBER: "REAL", "integer": "INTEGER", TEXT: "TEXT"},
    DUCKDB: {NUMBER: "DOUBLE", "integer": "HUGEINT", DATE: "DATE", TIME: "TIMESTAMP", TEXT: "VARCHAR"},
}
_COMPARED = frozenset({"=", "<>", "<", "<=", ">", ">="})
_CALLS = {
    "lower": "lower", "upper": "upper", "trim": "trim", "ltrim": "ltrim", "rtrim": "rtrim", "coalesce": "coalesce",
    "nullif": "nullif",
}  # fmt: skip


class TooLong(ValueError):
    """A criterion whose SQL, with what keeps it from failing, is longer than a source is asked to read."""


def quoted(name: str, dialect: str) -> str:
    """A name as SQL."""
    sign = "`" if dialect == MYSQL else '"'
    return sign + name.replace(sign, sign * 2) + sign


def text(value: str) -> str:
    """A text as SQL; backslashes are refused before, for servers differ in reading them."""
    if "\\" in value or "\0" in value:
        raise ValueError("A backslash or NUL in a text.")
    return "'" + value.replace("'", "''") + "'"


def render(node: Node, dialect: str, now: datetime | None = None) -> str:
    """Return `node` as SQL; with `now` (UTC), what it says of today is fixed to that moment.

    Raises `TooLong`.
    """
    sql = Renderer(dialect, now).sql(node)
    if len(sql) > LONGEST:
        raise TooLong("The criterion becomes too long: it has too many casts or divisions inside each other.")
    return sql


@dataclass(frozen=True)
class Renderer:
    """Renders nodes in one dialect; every operation in brackets of its own."""

    dialect: str
    now: datetime | None = None

    def sql(self, node: Node) -> str:
        if node.op in _COMPARED:
            return f"({self.sql(node.args[0])} {node.op} {self.sql(node.args[1])})"
        if node.op in _CALLS:
            return f"{_CALLS[node.op]}({', '.join(map(self.sql, node.args))})"
        return _OPERATIONS[node.op](self, node)

    def number(self, node: Node) -> str:
        """As a number that arithmetic neither truncates nor, for any number a column may hold, overflows."""
        return f"CAST({self.sql(node)} AS {_TYPES[self.dialect][NUMBER]})"

    def column(self, node: Node) -> str:
        name = quoted(node.value.name, self.dialect)
        if node.value.as_text and self.dialect in (POSTGRES, DUCKDB):
            return f"CAST({name} AS {_TYPES[self.dialect][TEXT]})"
        return name

    def literal(self, node: Node) -> str:
        if node.family == NULL:
            return "NULL"
        if isinstance(node.value, bool):
            return "TRUE" if node.value else "FALSE"
        if node.family == NUMBER:
            return str(node.value)
        return text(node.value) if node.family == TEXT else self.moment(node.value, node.family)

    def moment(self, value: str, family: str) -> str:
        if self.dialect == SQLITE:
            return text(value)
        return f"CAST({text(value)} AS {_TYPES[self.dialect][family]})"

    def joined(self, node: Node) -> str:
        return "(" + f" {node.op.upper()} ".join(map(self.sql, node.args)) + ")"

    def today(self, node: Node) -> str:
        if self.now is None:
            return "CURRENT_DATE"
        return self.moment(self.now.strftime("%Y-%m-%d"), DATE)

    def current(self, node: Node) -> str:
        if self.now is None:
            return "CURRENT_TIMESTAMP"
        return self.moment(self.now.strftime("%Y-%m-%d %H:%M:%S"), TIME)

    def same(self, node: Node) -> str:
        sign = {MYSQL: "<=>", SQLITE: "IS"}.get(self.dialect, "IS NOT DISTINCT FROM")
        return f"({self.sql(node.args[0])} {sign} {self.sql(node.args[1])})"

    def options(self, node: Node) -> str:
        return f"({self.sql(node.args[0])} IN ({', '.join(map(self.sql, node.args[1:]))}))"

    def like(self, node: Node) -> str:
        value, pattern = self.sql(node.args[0]), node.value
        if node.op == "ilike":
            value, pattern = f"lower({value})", pattern.lower()
        if self.dialect == SQLITE:  # whose LIKE takes capitals for small letters
            glob = "".join({"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}.get(sign, sign) for sign in pattern)
            return f"({value} GLOB {text(glob)})"
        return f"({value} LIKE {text(pattern)})"

    def calculated(self, node: Node) -> str:
        left, right = map(self.number, node.args)
        if node.op in ("/", "%"):
            right = f"NULLIF({right}, 0)"
        if node.op == "%":
            return f"({left} - {right} * {self.truncated(f'({left} / {right})')})"
        return f"({left} {node.op} {right})"

    def truncated(self, value: str) -> str:
        if self.dialect == MYSQL:
            return f"TRUNCATE({value}, 0)"
        return f"CAST({value} AS INTEGER)" if self.dialect == SQLITE else f"trunc({value})"

    def called(self, node: Node) -> str:
        value = self.number(node.args[0])
        if node.op == "negative":
            return f"(- {value})"
        if node.op == "round":
            return f"round({value}, {node.value})"
        if self.dialect == SQLITE and node.op in ("floor", "ceil"):
            whole = f"CAST(CAST({value} AS INTEGER) AS REAL)"
            sign, step = ("<", "-") if node.op == "floor" else (">", "+")
            return f"({whole} {step} ({value} {sign} {whole}))"
        return f"{node.op}({value})"

    def length(self, node: Node) -> str:
        return f"{'char_length' if self.dialect == MYSQL else 'length'}({self.sql(node.args[0])})"

    def substring(self, node: Node) -> str:
        value = self.sql(node.args[0])
        if node.op == "right":
            return f"substr({value}, -{node.value})" if self.dialect == SQLITE else f"right({value}, {node.value})"
        start, length = (1, node.value) if node.op == "left" else node.value
        return f"substr({value}, {start}, {length})"

    def concat(self, node: Node) -> str:
        values = list(map(self.sql, node.args))
        return f"concat({', '.join(values)})" if self.dialect == MYSQL else f"({' || '.join(values)})"

    def case(self, node: Node) -> str:
        pairs = zip(node.args[:-1:2], node.args[1::2], strict=True)
        branches = " ".join(f"WHEN {self.sql(asked)} THEN {self.sql(given)}" for asked, given in pairs)
        return f"CASE {branches} ELSE {self.sql(node.args[-1])} END"

    def shift(self, node: Node) -> str:
        value, (count, unit) = self.sql(node.args[0]), node.value
        if self.dialect == SQLITE:
            count, unit = (count * 7, "DAY") if unit == "WEEK" else (count, unit)
            return f"{'date' if node.family == DATE else 'datetime'}({value}, '{count:+d} {unit.lower()}')"
        interval = f"INTERVAL {count} {unit}" if self.dialect == MYSQL else f"INTERVAL '{count} {unit.lower()}'"
        moved = f"({value} + {interval})"
        return f"CAST({moved} AS date)" if node.family == DATE else moved

    def part(self, node: Node) -> str:
        value = self.sql(node.args[0])
        if self.dialect == SQLITE:
            sign = {"year": "%Y", "month": "%m", "day": "%d", "hour": "%H"}[node.value]
            return f"CAST(strftime('{sign}', {value}) AS INTEGER)"
        return f"EXTRACT({node.value.upper()} FROM {value})"

    def cast(self, node: Node) -> str:
        given = node.args[0]
        value, kind = self.sql(given), _TYPES[self.dialect].get(node.value)
        if given.family == TEXT and node.value != TEXT:
            return f"CASE WHEN {valid(value, node.value, self.dialect)} THEN {self._turned(value, kind, node)} END"
        return self._turned(value, kind, node)

    def _turned(self, value: str, kind: str | None, node: Node) -> str:
        if kind is None:  # SQLite keeps dates and times as text
            return f"{'date' if node.value == DATE else 'datetime'}({value})"
        call = "TRY_CAST" if self.dialect == DUCKDB else "CAST"
        return f"{call}({value} AS {kind})"

    def validity(self, node: Node) -> str:
        return f"({valid(self.sql(node.args[0]), node.value, self.dialect)})"

    def asked(self, node: Node) -> str:
        return f"({self.sql(node.args[0])} IS {node.op.upper()})"


_OPERATIONS: dict[str, Callable[[Renderer, Node], str]] = {
    "column": Renderer.column,
    "literal": Renderer.literal,
    "today": Renderer.today,
    "now": Renderer.current,
    "and": Renderer.joined,
    "or": Renderer.joined,
    "not": lambda renderer, node: f"(NOT {renderer.sql(node.args[0])})",
    "same": Renderer.same,
    **dict.fromkeys(("null", "true", "false"), Renderer.asked),
    "in": Renderer.options,
    **dict.fromkeys(("like", "ilike"), Renderer.like),
    **dict.fromkeys("+-*/%", Renderer.calculated),
    **dict.fromkeys(("negative", "abs", "floor", "ceil", "round"), Renderer.called),
    "length": Renderer.length,
    **dict.fromkeys(("substring", "left", "right"), Renderer.substring),
    "concat": Renderer.concat,
    "case": Renderer.case,
    "shift": Renderer.shift,
    "part": Renderer.part,
    "cast": Renderer.cast,
    "valid": Renderer.validity,
}
