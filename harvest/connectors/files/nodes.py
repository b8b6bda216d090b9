"""Columns as trees, whatever read them, and the facts they make.

The members of a struct lie under their field; those of a list of structs directly under the list; a map has the
members ``key`` and ``value``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from catalog.types import normalise
from core.names import join_path
from harvest.facts import Field, Problem

DEEPEST = 20
MOST = 10_000
LONGEST_TYPE = 4_000


@dataclass(frozen=True)
class Node:
    """A column or a part of one."""

    name: str
    native: str
    type: str
    nullable: bool = True
    children: tuple[Node, ...] = ()
    details: dict[str, Any] | None = None
    source_name: str = field(default="", compare=False)  # what the engine calls it, where that differs


def arrow_node(column: pa.Field) -> Node:
    """From a column of a Parquet file."""
    name, nullable, type_ = str(column.name), bool(column.nullable), column.type
    return Node(name, str(type_), normalise(str(type_)), nullable, tuple(_arrow_children(type_)))


def _arrow_children(type_: pa.DataType) -> Iterator[Node]:
    if pa.types.is_struct(type_):
        for position in range(type_.num_fields):
            yield arrow_node(type_.field(position))
    elif pa.types.is_map(type_):
        yield arrow_node(type_.key_field.with_name("key"))
        yield arrow_node(type_.item_field.with_name("value"))
    elif hasattr(type_, "value_type") and not pa.types.is_dictionary(type_):
        yield from _arrow_children(type_.value_type)


def duck_node(name: str, type_: Any) -> Node:
    """From a column that DuckDB found; `type_` is a DuckDBPyType."""
    native = str(type_).strip('"')
    return Node(name, native, normalise(native), children=tuple(_duck_children(type_)))


def _duck_children(type_: Any) -> Iterator[Node]:
    if type_.id in {"list", "array"}:
        yield from _duck_children(dict(type_.children)["child"])
    elif type_.id in {"struct", "map"}:
        for name, child in type_.children:
            yield duck_node(name, child)


def distinct(nodes: Sequence[Node], left_out: list[str]) -> list[Node]:
    """The nodes whose names, among their siblings, are the first of that name; the names of others go to `left_out`.

    Parquet lets columns share a name, and a name hold NUL, which PostgreSQL does not keep.
    """
    kept: dict[str, Node] = {}
    for node in nodes:
        name = node.name.replace("\x00", "\N{REPLACEMENT CHARACTER}")
        if name in kept:
            left_out.append(name)
        else:
            children = tuple(distinct(node.children, left_out))
            kept[name] = replace(node, name=name, children=children, source_name=node.source_name or node.name)
    return list(kept.values())


def field_facts(ref: str, name: str, nodes: Sequence[Node], problem: Callable[[Problem], None]) -> Iterator[Field]:
    """Facts in reading order. What is too deep or too many is told to `problem`."""
    left_out = 0
    for position, (node, parents) in enumerate(_walk(nodes, ()), 1):
        if position > MOST or len(parents) > DEEPEST:
            left_out += 1
            continue
        yield Field(
            ref, position, node.name, node.native[:LONGEST_TYPE], node.type,
            nullable=node.nullable, parent=join_path(parents) if parents else "", details=node.details,
        )  # fmt: skip
    if left_out:
        problem(Problem(name, f"{left_out} fields are left out: at most {MOST} are read, nested {DEEPEST} deep."))


def _walk(nodes: Sequence[Node], parents: tuple[str, ...]) -> Iterator[tuple[Node, tuple[str, ...]]]:
    for node in nodes:
        yield node, parents
        yield from _walk(node.children, (*parents, node.name))
