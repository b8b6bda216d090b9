"""Columns and rows of Parquet files, from their footers."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from core.names import join_path
from harvest.connectors.files.duck import function
from harvest.connectors.files.layout import Layout, Unreadable, looked_at, scaled
from harvest.connectors.files.listing import DataFile
from harvest.connectors.files.nodes import arrow_node
from harvest.connectors.files.tree import FileSet
from harvest.facts import Problem

FOOTERS = 1_000  # files whose rows are counted; more are estimated by their bytes
DAMAGED = "It is damaged, cut off or not a Parquet file. Write it again."


def parquet_layout(dataset: FileSet) -> Layout:
    """Raises `Unreadable` when no file has a schema."""
    schemas: list[tuple[DataFile, pa.Schema]] = []
    layout = Layout([])
    for file in looked_at(dataset.files):
        try:
            schemas.append((file, pq.read_schema(file.path, memory_map=False)))
        except (pa.ArrowException, OSError):
            _report(dataset, file, layout)
    if not schemas:
        raise Unreadable(DAMAGED)
    layout.nodes = [arrow_node(column) for column in _united(dataset, [schema for _, schema in schemas], layout)]
    several = len(schemas) > 1
    layout.relation = function(
        "read_parquet",
        [file.path for file, _ in schemas],
        union_by_name=several,
        hive_partitioning=bool(dataset.partitions),
    )
    _count(dataset, layout)
    return layout


def _united(dataset: FileSet, schemas: Sequence[pa.Schema], layout: Layout) -> pa.Schema:
    if all(schema.equals(schemas[0]) for schema in schemas[1:]):
        return schemas[0]
    try:
        united = pa.unify_schemas([schema.remove_metadata() for schema in schemas], promote_options="permissive")
    except pa.ArrowException:
        layout.warn(
            dataset, "Its files have columns of one name and types that do not go together; the first file's are shown."
        )
        return schemas[0]
    layout.warn(dataset, "Its files differ in their columns; all columns are shown, with the widest type of each.")
    return united


def _count(dataset: FileSet, layout: Layout) -> None:
    counted = looked_at(dataset.files, FOOTERS)
    rows = size = damaged = 0
    reported = {problem.object for problem in layout.problems}
    for file in counted:
        try:
            rows += pq.read_metadata(file.path, memory_map=False).num_rows
            size += file.size
        except (pa.ArrowException, OSError):
            damaged += 1
            if _name(dataset, file) not in reported:
                _report(dataset, file, layout)
    complete = len(counted) == len(dataset.files)
    layout.rows_exact = complete and not damaged
    layout.rows = rows if complete else scaled(rows, size, sum(file.size for file in dataset.files))


def _name(dataset: FileSet, file: DataFile) -> str:
    return join_path(dataset.path) if len(dataset.files) == 1 else join_path((*dataset.path, file.name))


def _report(dataset: FileSet, file: DataFile, layout: Layout) -> None:
    if len(dataset.files) > 1:
        layout.problems.append(Problem(_name(dataset, file), DAMAGED))
