"""What one statement does, while it is being read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from lineage.sql.expressions import collect
from lineage.sql.names import parts_of
from lineage.sql.queries import Queries
from lineage.sql.refs import Refs
from lineage.sql.relations import EVERYTHING, Output, Relation
from lineage.sql.scope import Scope


@dataclass
class Written:
    """A column that a statement writes, or shows where `table` is None."""

    table: str | None
    name: str | None
    refs: Refs
    node: Any


@dataclass
class Read:
    """What one statement does, before it is told in public terms."""

    kind: str
    queries: Queries
    writes: list[str] = field(default_factory=list)
    columns: list[Written] = field(default_factory=list)
    creates: dict[str, list[str] | None] = field(default_factory=dict)  # tables made anew, with their columns if known
    renames: list[tuple[str, str]] = field(default_factory=list)
    temporary: set[str] = field(default_factory=set)
    variables: dict[str, Refs] = field(default_factory=dict)

    def write(self, table: str, names: Iterable[str | None], relation: Relation) -> None:
        """Take note that `relation` goes into `table`, its columns into those of `names` in order."""
        self.target(table)
        listed = list(names)
        outputs = list(relation.everything())
        starred = any(output.name == EVERYTHING for output in outputs)
        for position, output in enumerate(outputs):
            name = listed[position] if position < len(listed) and not starred else output.name
            self.columns.append(Written(table, name, output.refs, output.node))

    def target(self, table: str) -> None:
        """Take note that `table` is written."""
        if table.rpartition(".")[2].startswith(("#", "@")) and "/" not in table:
            self.temporary.add(table)
        if table not in self.writes:
            self.writes.append(table)


def name_of(table: Any, found: Read) -> str:
    return found.queries.names.complete(parts_of(table))


def schema_of(node: Any) -> tuple[Any, list[str]]:
    """A table with the columns listed behind it."""
    if isinstance(node, exp.Schema):
        return node.this, [one.name for one in node.expressions if isinstance(one, exp.ColumnDef | exp.Identifier)]
    return (node, []) if isinstance(node, exp.Table) else (None, [])


def row_of(values: Any, scope: Scope, found: Read) -> Relation:
    cells = values.find(exp.Tuple) if not isinstance(values, exp.Tuple) else values
    outputs = []
    for cell in cells.expressions if cells is not None else ():
        refs: Refs = {}
        collect(cell, scope, found.queries, refs)
        outputs.append(Output(cell.name or None, refs, cell))
    return Relation(outputs)


def value_of(value: Any, found: Read, ctes: dict[str, Relation], scope: Scope | None = None) -> Refs:
    refs: Refs = {}
    if isinstance(value, exp.Expr):
        collect(value, scope or Scope(ctes, found.queries.session), found.queries, refs)
    return refs


def reads_only(node: Any, found: Read) -> None:
    """Any other statement may still read by the queries in it."""
    for query in node.find_all(exp.Select, exp.SetOperation):
        if query.find_ancestor(exp.Select, exp.SetOperation) is None:
            found.queries.query(query, {})


def columns_of(relation: Relation) -> list[str] | None:
    names = [output.name for output in relation.everything()]
    return None if None in names or EVERYTHING in names else [name for name in names if name]
