"""What is known of a script's lineage, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Step(StrEnum):
    """How a column takes part in the value of another; the names are OpenLineage's."""

    IDENTITY = "identity"
    TRANSFORMATION = "transformation"
    AGGREGATION = "aggregation"
    CONDITIONAL = "conditional"  # only decides which value it is
    WINDOW = "window"  # only partitions or orders a window


class Influence(StrEnum):
    """How a column decides which rows there are, without being part of any value."""

    FILTER = "filter"
    JOIN = "join"
    GROUP_BY = "group_by"
    SORT = "sort"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the script's text: ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ColumnSource:
    """A column that a value comes from, and where the text says so.

    `table` is None where the text does not say whose it is.
    """

    table: str | None
    column: str
    step: Step
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column that a statement writes, or a query shows: then `table` is None. `name` is None where it has none."""

    table: str | None
    name: str | None
    sources: tuple[ColumnSource, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A column that decides which rows there are."""

    table: str | None
    column: str
    influence: Influence
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A statement that could not be read; `line` and `column` count from 1."""

    message: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement by itself: what it reads and writes, and nothing of the statements before it."""

    kind: str
    span: Span
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    columns: tuple[OutputColumn, ...] = ()
    uses: tuple[Use, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Lineage:
    """A whole script. `columns` go from end to end: through what it writes and reads again, back to what was there."""

    statements: tuple[Statement, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    columns: tuple[OutputColumn, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
