"""A light profile of one dataset of files, worked out by DuckDB over the first rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.names import join_path
from harvest.connectors.base import Brakes, FieldProfile, Profile
from harvest.connectors.files.duck import Duck, identifier
from harvest.connectors.files.layout import Layout
from harvest.connectors.files.nodes import Node

COLUMNS_AT_ONCE = 40  # bounds the memory of the rows that are kept
FREQUENT = 10
NESTED = frozenset({"array", "struct", "map", "json"})
UNCOMPARED = NESTED | {"binary", "unknown", "geometry"}


@dataclass(frozen=True)
class Profiler:
    """Keeps the first rows of a chunk of columns in memory, values cut, and asks them everything."""

    duck: Duck
    brakes: Brakes
    layout: Layout
    rows_total: int | None
    whole: bool  # the relation reads all files of the dataset

    def run(self) -> Profile:
        """Raises `duckdb.Error`."""
        rows_read = 0
        samples: list[list[tuple[str | None, ...]]] = []
        fields: list[FieldProfile] = []
        for chunk in _chunks(self.layout.nodes):
            rows_read = self._keep(chunk)
            samples.append(self._sample(len(chunk)))
            fields += self._fields(chunk, rows_read)
        exact = self.whole and rows_read < self.brakes.profile_rows
        return Profile(
            rows_read=rows_read,
            rows_total=rows_read if exact else self.rows_total,
            rows_exact=exact,
            columns=tuple(join_path([node.name]) for node in self.layout.nodes),
            rows=tuple(sum(parts, ()) for parts in zip(*samples, strict=True)),
            fields=tuple(fields),
        )

    def _keep(self, chunk: Sequence[Node]) -> int:
        shown = ", ".join(f"{self._shown(node)} AS c{number}" for number, node in enumerate(chunk))
        self.duck.rows(
            f"CREATE OR REPLACE TEMP TABLE kept AS SELECT {shown} FROM {self.layout.relation} "  # noqa: S608
            f"LIMIT {self.brakes.profile_rows}"
        )
        return int(self.duck.rows("SELECT count(*) FROM kept")[0][0])

    def _shown(self, node: Node) -> str:
        column = identifier(node.source_name or node.name)
        if node.type == "binary":
            return f"'<' || octet_length({column}) || ' bytes>'"
        if node.type in NESTED:
            return f"left(CAST(to_json({column}) AS VARCHAR), {self.brakes.value_characters + 1})"
        if node.type in {"string", "enum", "unknown", "geometry"}:
            return f"left(CAST({column} AS VARCHAR), {self.brakes.value_characters + 1})"
        return column

    def _sample(self, width: int) -> list[tuple[str | None, ...]]:
        columns = ", ".join(f"CAST(c{number} AS VARCHAR)" for number in range(width))
        found = self.duck.rows(f"SELECT {columns} FROM kept LIMIT {self.brakes.sample_rows}")  # noqa: S608
        return [tuple(self._cut(value) for value in row) for row in found]

    def _fields(self, chunk: Sequence[Node], rows: int) -> Iterator[FieldProfile]:
        wanted = ", ".join(_aggregates(node, f"c{number}") for number, node in enumerate(chunk))
        found = self.duck.rows(f"SELECT {wanted} FROM kept")[0]  # noqa: S608
        for number, node in enumerate(chunk):
            filled, distinct, least, greatest = found[number * 4 : number * 4 + 4]
            yield FieldProfile(
                path=join_path([node.name]),
                nulls=rows - filled,
                distinct=distinct,
                minimum=self._cut(least),
                maximum=self._cut(greatest),
                frequent=() if node.type in UNCOMPARED else self._frequent(f"c{number}"),
            )

    def _frequent(self, column: str) -> tuple[tuple[str, int], ...]:
        found = self.duck.rows(
            f"SELECT CAST({column} AS VARCHAR), count(*) FROM kept WHERE {column} IS NOT NULL "  # noqa: S608
            f"GROUP BY {column} ORDER BY count(*) DESC, {column} LIMIT {FREQUENT}"
        )
        return tuple((self._cut(value) or "", count) for value, count in found)

    def _cut(self, value: str | None) -> str | None:
        if value is None:
            return None
        value = value.replace("\x00", "\N{REPLACEMENT CHARACTER}")  # PostgreSQL keeps no NUL
        most = self.brakes.value_characters
        return value if len(value) <= most else value[: most - 1] + "…"


def _aggregates(node: Node, column: str) -> str:
    if node.type in UNCOMPARED:
        return f"count({column}), NULL, NULL, NULL"
    least, greatest = f"CAST(min({column}) AS VARCHAR)", f"CAST(max({column}) AS VARCHAR)"
    return f"count({column}), approx_count_distinct({column}), {least}, {greatest}"


def _chunks(nodes: Sequence[Node]) -> Iterator[Sequence[Node]]:
    for start in range(0, len(nodes), COLUMNS_AT_ONCE):
        yield nodes[start : start + COLUMNS_AT_ONCE]
