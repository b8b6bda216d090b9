"""Columns of JSON files, one record a line, an array of records, or one record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb

from harvest.connectors.files.delimited import encoding_of
from harvest.connectors.files.duck import Duck
from harvest.connectors.files.headers import SAMPLE, Head, read_head
from harvest.connectors.files.layout import CANNOT, Layout, Unreadable, looked_at, read_columns, scaled
from harvest.connectors.files.nodes import DEEPEST, Node, duck_node
from harvest.connectors.files.tree import FileSet


def json_layout(dataset: FileSet, duck: Duck, sample_rows: int) -> Layout:
    """Raises `Unreadable`."""
    try:
        head = read_head(looked_at(dataset.files)[0], dataset.format)
    except OSError as error:
        raise Unreadable(
            "It cannot be opened, or its compressed data is damaged or cut off. Write it again."
        ) from error
    if not head.content.strip():
        return Layout([], rows=0, rows_exact=True, details={"empty": True})
    if encoding_of(head) != "utf-8":
        raise Unreadable("It is not written in UTF-8, as JSON must be. Save it as UTF-8.")
    layout = Layout([])
    options: dict[str, object] = {"sample_size": sample_rows, "maximum_depth": DEEPEST}
    options["hive_partitioning"] = bool(dataset.partitions)
    columns = _columns(dataset, duck, options, layout)
    layout.nodes = list(_nodes(columns, head.content.decode(errors="replace")))
    _estimate(dataset, duck, head, layout)
    return layout


def _columns(dataset: FileSet, duck: Duck, options: dict[str, object], layout: Layout) -> list[tuple[str, Any]]:
    try:
        return read_columns("read_json", dataset, duck, options, layout)
    except Unreadable as error:
        why = error
    layout.problems.clear()
    lenient = {**options, "ignore_errors": True, "format": "newline_delimited"}
    columns = read_columns("read_json", dataset, duck, lenient, layout)
    if [name for name, _ in columns] == ["json"]:  # how DuckDB calls what is no record
        raise why
    layout.warn(dataset, f"Lines that are not JSON were passed over: {str(why).removeprefix(CANNOT)}")
    return columns


def _nodes(columns: list[tuple[str, Any]], text: str) -> Iterator[Node]:
    """Columns under the names that the file spells: DuckDB numbers those that differ in case alone."""
    folded = {name.lower() for name, _ in columns}
    for name, type_ in columns:
        spelled = re.sub(r"_\d+$", "", name)
        renamed = spelled != name and spelled.lower() in folded and f'"{name}"' not in text and f'"{spelled}"' in text
        node = duck_node(spelled if renamed else name, type_)
        yield replace(node, source_name=name)


def _estimate(dataset: FileSet, duck: Duck, head: Head, layout: Layout) -> None:
    total = sum(file.size for file in dataset.files)
    if head.whole and len(dataset.files) == 1 and total <= SAMPLE:
        layout.rows = _counted(duck, layout.relation)
    elif dataset.format.kind == "jsonl" or not head.content.lstrip().startswith((b"[", b"{\n")):
        layout.rows = scaled(head.content.count(b"\n"), head.read, total)


def _counted(duck: Duck, relation: str) -> int | None:
    try:
        return int(duck.rows(f"SELECT count(*) FROM {relation}")[0][0])  # noqa: S608 - built of literals
    except duckdb.Error:
        return None
