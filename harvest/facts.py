"""What a connector says it saw: small immutable facts, never model objects.

A connector yields them in any order that names a thing before others refer to it: containers, then datasets,
then whatever carries a dataset's `ref`. A `ref` is any string that is unique within one harvest (an object id
of the source, say) and means nothing afterwards.

Named tuples and not dataclasses: a harvest makes a fact per column, and a tuple is built five times faster and
is already the row that COPY wants.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

OBSERVED = "observed"
"""In `Dataset.details`: what is measured and not described. It is kept up to date, and is no change of the dataset."""


class Container(NamedTuple):
    """A database, schema or folder: what holds datasets or other containers.

    A source that is one database yields that database as the root, with the path ``()``: its datasets are then
    ``("public", "users")`` and not ``("shop", "public", "users")``.
    """

    path: tuple[str, ...]  # from the outermost container to this one; () is the source itself
    kind: str  # a value of catalog.models.Container.Kind
    comment: str = ""
    owner: str = ""  # as the source spells its account


class Dataset(NamedTuple):
    """A table, view, file set or stream."""

    ref: str
    path: tuple[str, ...]  # containers, then the dataset's own name
    kind: str  # a value of catalog.models.Dataset.Kind
    comment: str = ""
    owner: str = ""
    sql: str = ""  # the text of a view's query
    rows: int | None = None  # an estimate; None where the source has none
    size: int | None = None  # bytes on disk
    created_at: datetime | None = None  # aware; as the source says
    modified_at: datetime | None = None
    partition_key: str = ""  # the expression, as the source prints it
    sort_key: str = ""
    parent: str = ""  # ref of the dataset this is a partition or child of
    details: Mapping[str, Any] | None = None  # what only this kind of source knows; JSON-serialisable


class Field(NamedTuple):
    """A column, or a part of a nested one."""

    dataset: str  # ref
    position: int  # from 1, unique in its dataset, in reading order, nested fields after their parent
    name: str
    native_type: str  # as the source prints it
    type: str  # one of catalog.types.TYPES
    nullable: bool = True
    parent: str = ""  # `path` of the enclosing field (core.names.join_path), "" at the top
    default: str = ""  # the expression
    generated: str = ""  # the expression of a generated column, or "identity"
    comment: str = ""
    details: Mapping[str, Any] | None = None  # {"enum": [...]}, {"domain": ..., "check": ...}, …


class Constraint(NamedTuple):
    """A key, a foreign key or a check."""

    dataset: str
    name: str
    kind: str  # primary | unique | foreign | check | exclusion
    fields: tuple[str, ...]
    definition: str = ""
    ref_dataset: str = ""  # ref of the dataset a foreign key points at
    ref_fields: tuple[str, ...] = ()


class Index(NamedTuple):
    """An index; `fields` leaves out expressions, `definition` has them."""

    dataset: str
    name: str
    fields: tuple[str, ...]
    unique: bool = False
    method: str = ""
    definition: str = ""


class Dependency(NamedTuple):
    """A view reads from another dataset; `fields` are the columns of that dataset it uses, where known."""

    dataset: str  # the reader
    upstream: str  # what it reads
    fields: tuple[str, ...] = ()


class Transformation(NamedTuple):
    """What makes a dataset out of others, where the source knows it better than a view's text: a dbt model."""

    dataset: str  # what it makes
    name: str  # as the source names it, unique in the source
    upstream: tuple[str, ...] = ()  # refs of what it reads
    sql: str = ""  # what runs, compiled
    dialect: str = ""
    location: str = ""  # where the code is
    owner: str = ""
    comment: str = ""


class Routine(NamedTuple):
    """A function or procedure: that it exists, not its body."""

    path: tuple[str, ...]  # containers, then the routine's name
    kind: str  # function | procedure | aggregate | window
    arguments: str = ""
    returns: str = ""
    language: str = ""
    comment: str = ""


class Tag(NamedTuple):
    """A tag that the source itself puts on a dataset."""

    dataset: str
    name: str


class Alias(NamedTuple):
    """Where a dataset that this source only tells about lies: in a database that may be registered by itself.

    Where it is, what is told enriches the dataset there, and this source has none of its own for it.
    """

    dataset: str
    database: str  # "" where the name of the database is not known
    path: tuple[str, ...]  # within the database


class Problem(NamedTuple):
    """An object that could not be read; the rest of the harvest goes on."""

    object: str  # its name as a person would write it
    message: str  # what happened and what to do
    path: tuple[str, ...] | None = None  # nothing at or below this path was read, so nothing there has vanished


Fact = Container | Dataset | Field | Constraint | Index | Dependency | Transformation | Routine | Tag | Alias | Problem
Facts = Iterator[Fact]
