"""Files in a folder tree: CSV and its like, JSON and Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

import duckdb
import pyarrow as pa

from core.names import join_path
from harvest.connectors.base import TOO_MANY, Brakes, ConnectorError, DatasetTarget, ObjectError, Profile, Scope
from harvest.connectors.files.config import FilesConfig
from harvest.connectors.files.delimited import delimited_layout
from harvest.connectors.files.duck import Duck, identifier, reason
from harvest.connectors.files.formats import format_of
from harvest.connectors.files.layout import LOOKED_AT, Layout, Unreadable
from harvest.connectors.files.naming import partition_type
from harvest.connectors.files.ndjson import json_layout
from harvest.connectors.files.nodes import Node, distinct, field_facts
from harvest.connectors.files.parquet import parquet_layout
from harvest.connectors.files.profile import Profiler
from harvest.connectors.files.roots import allowed_path
from harvest.connectors.files.tree import FileSet, Folder, Tree
from harvest.facts import Container, Dataset, Facts, Problem


class FilesConnector:
    """Reads schemas from a bounded part of each dataset's files, and never leaves the folder."""

    kind: ClassVar[str] = "files"
    label: ClassVar[str] = "Files"
    schemes: ClassVar[tuple[str, ...]] = ("file",)
    Config: ClassVar[type[FilesConfig]] = FilesConfig
    dialect: str | None = "duckdb"

    def __init__(self, config: FilesConfig, brakes: Brakes) -> None:
        self.config = config
        self.brakes = brakes
        self._duck: Duck | None = None
        self._tree: Tree | None = None

    def __enter__(self) -> Self:
        path = allowed_path(self.config.path, self.brakes.file_roots)
        if path.is_file() and format_of(path.name) is None:
            message = (
                f"{self.config.path} is not a CSV, TSV, JSON or Parquet file. Name such a file, or a folder of them."
            )
            raise ConnectorError(message, part="format")
        folder = path if path.is_dir() else path.parent
        self._tree = Tree(folder, "" if path.is_dir() else path.name)
        self._duck = Duck(folder, self.brakes.statement_seconds)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._duck is not None:
            self._duck.close()
        self._duck = self._tree = None

    @property
    def duck(self) -> Duck:
        if self._duck is None:
            raise RuntimeError("Enter the connector with `with` before using it.")
        return self._duck

    @property
    def tree(self) -> Tree:
        if self._tree is None:
            raise RuntimeError("Enter the connector with `with` before using it.")
        return self._tree

    def describe(self) -> str:
        return f"Files, read by DuckDB {duckdb.__version__} and Arrow {pa.__version__}"

    def names(self) -> Iterator[tuple[str, ...]]:
        for found in self.tree.walk():
            if isinstance(found, FileSet):
                yield found.path

    def signature(self) -> str | None:
        return self.tree.signature()

    def facts(self, scope: Scope) -> Facts:
        yield Container((), "folder")
        for found in self.tree.walk():
            if isinstance(found, Problem):
                yield found
            elif isinstance(found, Folder):
                yield Container(found.path, "folder")
            elif scope.wants(found.path):
                yield from self._dataset(found)

    def profile(self, target: DatasetTarget) -> Profile:
        dataset = self._find(target.path)
        name = join_path(target.path)
        try:
            layout = self._layout(dataset)
            if not layout.nodes:
                return Profile(0, 0, True, (), ())
            whole = len(dataset.files) <= LOOKED_AT
            return Profiler(self.duck, self.brakes, layout, target.rows, whole).run()
        except Unreadable as error:
            raise ObjectError(f"{name} could not be looked at: {error}") from error
        except duckdb.Error as error:
            message = f"{name} could not be looked at: {reason(error)}. Correct the file."
            raise ObjectError(message) from None  # the chain could show values

    def relation(self, path: tuple[str, ...]) -> str:
        """The rows of all files of a dataset, under the names that the catalog has for its columns."""
        dataset, name = self._find(path), join_path(path)
        if len(dataset.files) > LOOKED_AT:
            raise ObjectError(f"{name} has more than {LOOKED_AT} files, which is more than are counted.")
        try:
            layout = self._layout(dataset)
        except (Unreadable, duckdb.Error) as error:
            raise ObjectError(f"{name} could not be read: {_why(error)}") from None
        columns = (f"{identifier(node.source_name or node.name)} AS {identifier(node.name)}" for node in layout.nodes)
        return f"(SELECT {', '.join(columns)} FROM {layout.relation}) AS files"  # noqa: S608

    def answer(self, query: str, most: int) -> list[tuple[Any, ...]]:
        rows = list(self.answers(query, most + 1))
        if len(rows) > most:
            raise ObjectError(TOO_MANY.format(most=most))
        return rows

    def answers(self, query: str, most: int | None = None) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self.duck.stream(query, most)
        except duckdb.Error as error:
            raise ObjectError(
                f"The files could not be counted: {_why(error)}."
            ) from None  # the chain could show values

    def _find(self, path: tuple[str, ...]) -> FileSet:
        for found in self.tree.walk():
            if isinstance(found, FileSet) and found.path == path:
                return found
        raise ObjectError(f"{join_path(path)} is no longer there. Harvest the source again.")

    def _layout(self, dataset: FileSet) -> Layout:
        sample_rows = self.brakes.profile_rows + 1  # so that types fit all rows a profile looks at
        if dataset.format.kind == "parquet":
            layout = parquet_layout(dataset)
        elif dataset.format.kind in {"json", "jsonl"}:
            layout = json_layout(dataset, self.duck, sample_rows)
        else:
            layout = delimited_layout(dataset, self.duck, sample_rows)
        doubled: list[str] = []
        layout.nodes = _with_partitions(dataset, distinct(layout.nodes, doubled))
        if doubled:
            layout.warn(
                dataset, f"Several columns share a name, and only the first is shown: {', '.join(doubled[:5])}."
            )
        return layout

    def _dataset(self, dataset: FileSet) -> Facts:
        ref = join_path(dataset.path)
        try:
            layout = self._layout(dataset)
        except Unreadable as error:
            yield Problem(ref, str(error), dataset.path)
            return
        yield Dataset(
            ref,
            dataset.path,
            "file_set",
            rows=layout.rows,
            size=sum(file.size for file in dataset.files),
            modified_at=_modified_at(dataset),
            partition_key=", ".join(dataset.partition_keys),
            details=_details(dataset, layout),
        )
        yield from field_facts(ref, ref, layout.nodes, layout.problems.append)
        yield from layout.problems


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, Unreadable) else reason(error)


def _modified_at(dataset: FileSet) -> datetime:
    return datetime.fromtimestamp(max(file.modified_ns for file in dataset.files) / 1e9, tz=UTC)


def _details(dataset: FileSet, layout: Layout) -> dict[str, Any]:
    details: dict[str, Any] = {"format": dataset.format.kind, "files": len(dataset.files)}
    if dataset.format.compression:
        details["compression"] = dataset.format.compression
    return details | {"rows_exact": layout.rows_exact} | layout.details


def _with_partitions(dataset: FileSet, nodes: list[Node]) -> list[Node]:
    """The columns of the files, then those of the folders' names, which hide columns of the same name."""
    keys = dataset.partition_keys
    folded = {key.lower() for key in keys}
    nodes = [node for node in nodes if node.name.lower() not in folded]
    for position, key in enumerate(keys, start=1):
        native, type_ = partition_type({partition[key] for partition in dataset.partitions})
        nodes.append(Node(key, native, type_, details={"partition": True, "partition_position": position}))
    return nodes
