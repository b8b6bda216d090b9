"""Whether a text is a criterion over a dataset's fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from definitions.criteria.model import Column, Node, Problem
from definitions.criteria.reading import Reader
from definitions.criteria.texts import Refused, parse

DEEPEST = 40
MOST_COLUMNS = 50


@dataclass(frozen=True)
class Checked:
    """What a text says: a tree, or the problems for which it is none."""

    text: str
    dialect: str
    tree: Node | None
    problems: tuple[Problem, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the fields it uses, sorted."""
        if self.tree is None:
            return ()
        return tuple(sorted({node.value.name for node in self.tree.walk() if node.op == "column"}))


def check(text: str, columns: Iterable[Column], dialect: str) -> Checked:
    """Read `text` as one condition in `dialect` (one of `DIALECTS`) over `columns`; never raises for a bad text."""
    reader = Reader(columns, dialect)
    try:
        tree = reader.condition(parse(text, dialect))
    except Refused as refused:
        return Checked(text, dialect, None, (refused.problem,))
    problems = tuple(reader.problems) or tuple(_too_large(tree))
    return Checked(text, dialect, None if problems else tree, problems)


def _too_large(tree: Node) -> Iterable[Problem]:
    if tree.depth > DEEPEST:
        yield Problem(f"Operations stand inside each other more than {DEEPEST} deep. Make the criterion simpler.")
    used = {node.value.name for node in tree.walk() if node.op == "column"}
    if len(used) > MOST_COLUMNS:
        yield Problem(f"The criterion uses {len(used)} fields; {MOST_COLUMNS} are allowed.")
    if not used:
        yield Problem("The criterion uses no field: it would hold for every row or for none.")
