"""From a piece of SQL of a source to flows between nodes, with the fields as the catalog spells them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from catalog.models import Dataset, Field
from core.names import split_path
from lineage.models import FieldEdge
from lineage.naming import Told
from lineage.nodes import nodes_of, nodes_of_datasets
from lineage.recording import FieldFlow, Flow
from lineage.sql import lineage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.models import Source
    from lineage.sql import Lineage, Problem, Span

MOST_FIELD_EDGES = 20_000  # of one statement: wide unions of stars would make millions
LONGEST_PROBLEM = 500


class Query(NamedTuple):
    """The query of the dataset at `path`."""

    source: Source
    path: str
    sql: str
    dialect: str


class Reading(NamedTuple):
    """What a query says, not yet in terms of nodes: by the names of tables as it writes them."""

    source: Source
    reads: tuple[str, ...]
    fields: dict[str, list[FieldFlow]]  # by the table upstream
    problem: Problem | None

    def problem_fields(self) -> dict[str, object]:
        """The columns of `QueryReading` that say what could not be read, and where."""
        if self.problem is None:
            return {"problem": "", "line": None, "column": None}
        message = self.problem.message[:LONGEST_PROBLEM]
        return {"problem": message, "line": self.problem.line, "column": self.problem.column}


class Tables:
    """Tables of a source that queries may name, with their fields; others are looked up by name once and kept."""

    def __init__(self, source: Source, datasets: Iterable[Dataset], fields: dict[int, dict[str, str]]) -> None:
        self.source = source
        self.schema: dict[str, dict[str, str]] = {}
        self._datasets: dict[str, int] = {}
        self._spelling: dict[str, dict[str, str]] = {}
        for dataset in datasets:
            name = ".".join(split_path(dataset.path))
            if dataset.pk in fields:  # of one whose fields are not known, a query may name any
                self.schema[name] = fields[dataset.pk]
            self._datasets[name.lower()] = dataset.pk
            self._spelling[name.lower()] = {path.lower(): path for path in fields.get(dataset.pk, {})}
        self._nodes: dict[str, int] = {}

    def spell(self, table: str, column: str) -> str:
        """A field's name as the catalog has it."""
        return self._spelling.get(self._whole(table), {}).get(column.lower(), column)

    def spell_target(self, path: str, column: str | None, position: int) -> str | None:
        """The name of the output at `position` in the dataset at `path`; by position where it is called otherwise."""
        known = self._spelling.get(".".join(split_path(path)).lower(), {})
        if column is not None and (column.lower() in known or not known):
            return known.get(column.lower(), column)
        return list(known.values())[position] if position < len(known) else column

    def _whole(self, table: str) -> str:
        folded = table.lower()
        if folded in self._datasets:
            return folded
        parts = folded.split(".")
        longer = [name for name in self._datasets if name.endswith(f".{folded}")]
        shorter = [".".join(parts[start:]) for start in range(1, len(parts))]
        return longer[0] if len(longer) == 1 else next((one for one in shorter if one in self._datasets), folded)

    def nodes(self, names: Iterable[str]) -> dict[str, int]:
        """The nodes of tables by their names, in three statements or none."""
        wanted = [name for name in dict.fromkeys(names) if name not in self._nodes]
        known = {name: self._datasets[whole] for name in wanted if (whole := self._whole(name)) in self._datasets}
        by_dataset = nodes_of_datasets(set(known.values())) if known else {}
        self._nodes |= {name: by_dataset[pk] for name, pk in known.items()}
        told = {name: Told(self.source.slug, name) for name in wanted if name not in known}
        found = nodes_of(list(told.values())) if told else {}
        self._nodes |= {name: found[one] for name, one in told.items()}
        return self._nodes


def tables_of(source: Source, ids: Iterable[int]) -> Tables:
    """Return these datasets of the source with their fields; two queries."""
    datasets = list(Dataset.objects.filter(pk__in=list(ids), source=source).only("pk", "path"))
    fields: defaultdict[int, dict[str, str]] = defaultdict(dict)
    present = Field.objects.present().filter(dataset__in=datasets, parent_path="").order_by("dataset", "position")
    for pk, path, kind in present.values_list("dataset_id", "name", "native_type"):
        fields[pk][path] = kind
    return Tables(source, datasets, fields)


def read_query(query: Query, tables: Tables) -> Reading:
    """Return what the query of a view says of the tables and fields it reads. Never raises for what the text holds."""
    container = split_path(query.path)[:-1]
    found = lineage(query.sql, query.dialect, tables.schema, default_schema=container[-1] if container else None)
    fields = _fields(found, query, tables)
    return Reading(query.source, found.reads, fields, found.problems[0] if found.problems else None)


def _fields(found: Lineage, query: Query, tables: Tables) -> dict[str, list[FieldFlow]]:
    flows: defaultdict[str, list[FieldFlow]] = defaultdict(list)
    count = 0
    for position, column in enumerate(found.columns):
        target = tables.spell_target(query.path, column.name, position)
        for source in column.sources:
            if source.table is None or source.column == "*" or not target or count >= MOST_FIELD_EDGES:
                continue
            count += 1
            spelled = tables.spell(source.table, source.column)
            flows[source.table].append(FieldFlow(spelled, target, source.step, _span(source.span)))
    for statement in found.statements:
        for use in statement.uses[:MOST_FIELD_EDGES]:
            if use.table is not None:
                spelled = tables.spell(use.table, use.column)
                flows[use.table].append(FieldFlow(spelled, "", FieldEdge.Step(use.influence), _span(use.span)))
    return flows


def _span(span: Span | None) -> tuple[int, int] | None:
    return (span.start, span.end) if span else None


def flows_of(reading: Reading, downstream: int, tables: Tables) -> list[Flow]:
    """The flows that a reading says, into the node downstream."""
    nodes = tables.nodes([*reading.reads, *reading.fields])
    return [
        Flow(nodes[name], downstream, tuple(reading.fields.get(name, ())))
        for name in dict.fromkeys([*reading.reads, *reading.fields])
    ]
