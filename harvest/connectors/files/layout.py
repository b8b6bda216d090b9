"""What reading a dataset's files needs and gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from core.names import join_path
from harvest.connectors.files.duck import Duck, function, reason
from harvest.connectors.files.listing import DataFile
from harvest.connectors.files.nodes import Node
from harvest.connectors.files.tree import FileSet
from harvest.facts import Problem

LOOKED_AT = 20  # files of a dataset whose schema is read

CANNOT = "It cannot be read: "


class Unreadable(Exception):
    """No column of the dataset can be told; `str()` says why, without values."""


@dataclass
class Layout:
    """The columns of a dataset, how DuckDB reads it, and what was odd about it."""

    nodes: list[Node]
    relation: str = ""  # a call of a table function of DuckDB, over the files looked at
    rows: int | None = None
    rows_exact: bool = False
    details: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def warn(self, dataset: FileSet, message: str) -> None:
        self.problems.append(Problem(join_path(dataset.path), message))


def looked_at(files: Sequence[DataFile], most: int = LOOKED_AT) -> list[DataFile]:
    """So many files, evenly spread from first to last, empty ones only when there are no others."""
    files = [file for file in files if file.size] or files
    if len(files) <= most:
        return list(files)
    return [files[round(number * (len(files) - 1) / (most - 1))] for number in range(most)]


def scaled(rows: int, part: int, whole: int) -> int | None:
    """An estimate for the whole from a part of so many bytes."""
    return round(rows * whole / part) if part else None


def read_columns(
    reader: str, dataset: FileSet, duck: Duck, options: Mapping[str, object], layout: Layout
) -> list[tuple[str, Any]]:
    """Columns of the files looked at, and `layout.relation`; files that cannot be read are reported and left out.

    Raises `Unreadable` when none can be read.
    """
    files = looked_at(dataset.files)
    try:
        return _columns(reader, files, duck, options, layout)
    except duckdb.Error as error:
        if len(files) == 1:
            raise Unreadable(f"{CANNOT}{reason(error)}. Correct the file.") from None
    readable = [file for file in files if _is_readable(reader, file, dataset, duck, options, layout)]
    try:
        return _columns(reader, readable, duck, options, layout)
    except duckdb.Error as error:
        raise Unreadable(f"Its files cannot be read together: {reason(error)}.") from None


def _columns(
    reader: str, files: Sequence[DataFile], duck: Duck, options: Mapping[str, object], layout: Layout
) -> list[tuple[str, Any]]:
    several: dict[str, object] = {"union_by_name": True} if len(files) > 1 else {}
    layout.relation = function(reader, [file.path for file in files], **options, **several)
    return duck.columns(layout.relation)


def _is_readable(
    reader: str, file: DataFile, dataset: FileSet, duck: Duck, options: Mapping[str, object], layout: Layout
) -> bool:
    try:
        duck.columns(function(reader, [file.path], **options))
    except duckdb.Error as error:
        name = join_path((*dataset.path, file.name))
        layout.problems.append(Problem(name, f"It cannot be read: {reason(error)}. Correct the file."))
        return False
    return True
