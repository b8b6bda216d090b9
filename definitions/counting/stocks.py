"""How many rows are in each state: one query a dataset, whatever the number of workflows and states.

Each workflow becomes one number a row (`codes`): two bits a state, which say whether its criterion is false, true,
NULL, or cannot be evaluated. Rows are grouped by that number, so one answer tells stocks, gaps and overlaps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from definitions.counting.codes import BROKEN, IN, TYPED, UNKNOWN, code_of
from definitions.criteria.dialects import DUCKDB, POSTGRES
from definitions.criteria.model import Column, Node
from definitions.criteria.rendering import quoted, render
from definitions.criteria.safe import safe

MOST_GROUPS = 100_000


class TooManyGroups(Exception):
    """The workflows of one dataset are too many to be counted in one query of this database: ask one by one."""


@dataclass
class Stock:
    """The rows of one dataset by the states of one workflow; lists are in the order of its states.

    Every row is in one state, in several, in none, or undecided: in none, while a criterion is NULL or broken for it.
    """

    states: int
    rows: int = 0
    inside: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    none: int = 0
    several: int = 0
    undecided: int = 0
    overlaps: Counter[tuple[int, ...]] = field(default_factory=Counter)  # states that rows are in together

    def __post_init__(self) -> None:
        for name in ("inside", "unknown", "broken"):
            if not getattr(self, name):
                setattr(self, name, [0] * self.states)

    def add(self, code: int, rows: int) -> None:
        """Take `rows` rows of which the query said `code`."""
        said = [code >> 2 * place & 3 for place in range(self.states)]
        inside = tuple(place for place, bits in enumerate(said) if bits == IN)
        self.rows += rows
        for place, bits in enumerate(said):
            for kind, counts in ((IN, self.inside), (UNKNOWN, self.unknown), (BROKEN, self.broken)):
                counts[place] += rows * (bits == kind)
        if len(inside) > 1:
            self.several += rows
            self.overlaps[inside] += rows
        elif not inside and any(said):
            self.undecided += rows
        elif not inside:
            self.none += rows


def grouped(relation: str, workflows: Sequence[Sequence[Node]], dialect: str, now: datetime) -> str:
    """Return the query for all `workflows`, each the criteria of its states, over `relation` (SQL of the source).

    Several are counted apart in one reading where the database can; elsewhere by all they say of a row together.
    """
    codes = ", ".join(f"{code_of(states, dialect, now)} AS w{place}" for place, states in enumerate(workflows))
    names = [f"w{place}" for place in range(len(workflows))]
    inner = f"(SELECT {codes} FROM {relation}) measured"  # noqa: S608
    listed = ", ".join(names)
    if len(names) > 1 and dialect in TYPED:
        by = f"GROUPING SETS ({', '.join(f'({name})' for name in names)})"
    else:
        by = listed
    return f"SELECT {listed}, count(*) FROM {inner} GROUP BY {by} LIMIT {MOST_GROUPS + 1}"  # noqa: S608


def stocks(answer: Iterable[Sequence[Any]], states: Sequence[int]) -> list[Stock]:
    """Return the stock of each workflow, by the number of its states. Raises `TooManyGroups`."""
    found = [Stock(count) for count in states]
    for place, row in enumerate(answer):
        if place >= MOST_GROUPS:
            raise TooManyGroups
        for stock, code in zip(found, row, strict=False):
            if code is not None:
                stock.add(int(code), int(row[-1]))
    return found


def keys_query(relation: str, key: Sequence[Column], dialect: str) -> str:
    """Return the query that counts rows without a key, and rows that share theirs with another: (missing, doubled)."""
    names = ", ".join(quoted(column.name, dialect) for column in key)
    missing = " OR ".join(f"{quoted(column.name, dialect)} IS NULL" for column in key)
    return (
        f"SELECT sum(CASE WHEN {missing} THEN found ELSE 0 END),"  # noqa: S608
        f" sum(CASE WHEN NOT ({missing}) AND found > 1 THEN found ELSE 0 END)"
        f" FROM (SELECT {names}, count(*) AS found FROM {relation} GROUP BY {names}) by_key"
    )


def rows_query(relation: str, shown: Sequence[Column], node: Node, dialect: str, now: datetime, most: int) -> str:
    """Return the query for at most `most` rows for which `node` is true, as texts."""
    names = ", ".join(as_text(column, dialect) for column in shown)
    return f"SELECT {names} FROM {relation} WHERE {render(safe(node).value, dialect, now)} LIMIT {int(most)}"  # noqa: S608


def keyed_query(relation: str, key: Sequence[Column], states: Sequence[Node], dialect: str, now: datetime) -> str:
    """Return the query for every row's key, as texts, and number."""
    names = ", ".join(as_text(column, dialect) for column in key)
    return f"SELECT {names}, {code_of(states, dialect, now)} FROM {relation}"  # noqa: S608


def as_text(column: Column, dialect: str) -> str:
    """Return a field as text, the same for the same value in any database as far as databases agree."""
    kind = {POSTGRES: "text", DUCKDB: "VARCHAR"}.get(dialect, "CHAR" if dialect == "mysql" else "TEXT")
    return f"CAST({quoted(column.name, dialect)} AS {kind})"
