"""Temporary tables that hold the facts of one harvest, filled by COPY as they stream in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from hashlib import md5
from typing import Any, NamedTuple

from django.db import connection
from django.utils.text import slugify

from core.copying import copy_lines, encode_row
from core.names import join_path, quote_part
from harvest import facts

BATCH = 10_000  # facts held in memory before they are sent
LONGEST_COMMENT = 20_000  # characters
LONGEST_SQL = 1_000_000
LONGEST_TAG = 80

_TABLES = """
    CREATE TEMPORARY TABLE stage_container (
        path text, depth int, parent_path text, name text, kind text, comment text, owner text);
    CREATE TEMPORARY TABLE stage_dataset (
        ref text, container text, name text, path text, kind text, comment text, owner text, sql text, rows bigint,
        size bigint, created_at timestamptz, modified_at timestamptz, partition_key text, sort_key text,
        parent_ref text, details jsonb);
    CREATE TEMPORARY TABLE stage_field (
        ref text, path text, parent_path text, name text, position int, native_type text, type text,
        nullable boolean, default_ text, generated text, comment text, details jsonb);
    CREATE TEMPORARY TABLE stage_constraint (
        ref text, name text, kind text, fields text[], definition text, ref_ref text, ref_fields text[]);
    CREATE TEMPORARY TABLE stage_index (
        ref text, name text, fields text[], unique_ boolean, method text, definition text);
    CREATE TEMPORARY TABLE stage_dependency (ref text, upstream_ref text, fields text[]);
    CREATE TEMPORARY TABLE stage_routine (
        path text, kind text, arguments text, returns text, language text, comment text);
    CREATE TEMPORARY TABLE stage_transformation (
        ref text, name text, upstream text[], sql text, dialect text, location text, owner text, comment text);
    CREATE TEMPORARY TABLE stage_tag (ref text, slug text, name text);
    CREATE TEMPORARY TABLE stage_alias (ref text, database text, path text, whole text);
"""
NAMES = (
    "container", "dataset", "field", "constraint", "index", "dependency", "routine", "transformation", "tag", "alias",
)  # fmt: skip
DERIVED = ("stage_match", "stage_hash", "stage_key", "stage_gone", "stage_failed", "stage_joined", "stage_said",
           "stage_tagged")  # fmt: skip


def tag_slug(name: str) -> str:
    """The short name of a tag; one in a script without Latin letters is named by its digest."""
    return slugify(name)[:LONGEST_TAG].strip("-") or md5(name.encode(), usedforsecurity=False).hexdigest()[:12]


class _Line(NamedTuple):
    table: str
    columns: str
    values: Callable[[Any], tuple[Any, ...]]


def _container(fact: facts.Container) -> tuple[Any, ...]:
    path = fact.path
    parent = join_path(path[:-1])
    name = path[-1] if path else ""
    return join_path(path), len(path), parent, name, fact.kind, fact.comment, fact.owner


def _dataset(fact: facts.Dataset) -> tuple[Any, ...]:
    path = fact.path
    known = fact._replace(rows=_measured(fact.rows), size=_measured(fact.size))
    return (known.ref, join_path(path[:-1]), path[-1], join_path(path), *known[2:])


def _measured(number: int | None) -> int | None:
    """Some sources say -1 for what they have not measured."""
    return None if number is not None and number < 0 else number


def _field(fact: facts.Field) -> tuple[Any, ...]:
    dataset, position, name, native, kind, nullable, parent, *rest = fact
    path = f"{parent}.{quote_part(name)}" if parent else quote_part(name)
    return (dataset, path, parent, name, position, native, kind, nullable, *rest)


def _routine(fact: facts.Routine) -> tuple[Any, ...]:
    return (join_path(fact.path), *fact[1:])


def _tag(fact: facts.Tag) -> tuple[Any, ...]:
    name = fact.name.strip()[:LONGEST_TAG]
    return fact.dataset, tag_slug(name), name


def _alias(fact: facts.Alias) -> tuple[Any, ...]:
    whole = (fact.database, *fact.path) if fact.database else fact.path
    return fact.dataset, fact.database, join_path(fact.path), join_path(whole)


_LINES: dict[type, _Line] = {
    facts.Container: _Line("stage_container", "path, depth, parent_path, name, kind, comment, owner", _container),
    facts.Dataset: _Line(
        "stage_dataset",
        "ref, container, name, path, kind, comment, owner, sql, rows, size, created_at, modified_at, partition_key,"
        " sort_key, parent_ref, details",
        _dataset,
    ),
    facts.Field: _Line(
        "stage_field",
        "ref, path, parent_path, name, position, native_type, type, nullable, default_, generated, comment, details",
        _field,
    ),
    facts.Constraint: _Line("stage_constraint", "ref, name, kind, fields, definition, ref_ref, ref_fields", tuple),
    facts.Index: _Line("stage_index", "ref, name, fields, unique_, method, definition", tuple),
    facts.Dependency: _Line("stage_dependency", "ref, upstream_ref, fields", tuple),
    facts.Routine: _Line("stage_routine", "path, kind, arguments, returns, language, comment", _routine),
    facts.Transformation: _Line(
        "stage_transformation", "ref, name, upstream, sql, dialect, location, owner, comment", tuple
    ),
    facts.Tag: _Line("stage_tag", "ref, slug, name", _tag),
    facts.Alias: _Line("stage_alias", "ref, database, path, whole", _alias),
}


class _Repetition:
    """Whether fields may repeat, at the cost of the names of one dataset: fields come dataset by dataset as a rule."""

    def __init__(self) -> None:
        self.possible = False
        self._dataset = ""
        self._paths: set[tuple[str, str]] = set()
        self._finished: set[str] = set()

    def note(self, field: facts.Field) -> None:
        if field.dataset != self._dataset:
            self._finished.add(self._dataset)
            self._dataset = field.dataset
            self._paths = set()
            self.possible = self.possible or field.dataset in self._finished
        path = (field.parent, field.name)
        self.possible = self.possible or path in self._paths
        self._paths.add(path)


class Staging:
    """A context in which facts are staged; leaving it drops the temporary tables."""

    def __init__(self) -> None:
        self.counts: dict[type, int] = defaultdict(int)
        self.problems: list[facts.Problem] = []
        self._lines: dict[type, list[str]] = defaultdict(list)
        self._fields = _Repetition()

    def __enter__(self) -> Staging:
        self._drop()
        with connection.cursor() as cursor:
            cursor.execute(_TABLES)
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None or connection.is_usable():
            self._drop()

    def add(self, fact: facts.Fact) -> None:
        """Hold one fact, sending a batch when there are enough."""
        kind = type(fact)
        if kind is facts.Problem:
            self.problems.append(fact)  # type: ignore[arg-type]
            return
        lines = self._lines[kind]
        values = _LINES[kind].values
        line = encode_row(values(fact))
        if len(line) > LONGEST_COMMENT:
            line = encode_row(values(self._bounded(fact)))
        lines.append(line)
        self.counts[kind] += 1
        if kind is facts.Field:
            self._fields.note(fact)  # type: ignore[arg-type]
        if len(lines) >= BATCH:
            self._send(kind)

    def finish(self) -> None:
        """Send what is held and let the planner know the sizes."""
        for kind in list(self._lines):
            self._send(kind)
        with connection.cursor() as cursor:
            cursor.execute("SET default_statistics_target = 10")
            cursor.execute(";".join(f"ANALYZE stage_{name}" for name in NAMES))
            cursor.execute("RESET default_statistics_target")

    @property
    def fields_may_repeat(self) -> bool:
        """Whether a dataset may have two fields of one path."""
        return self._fields.possible

    def _send(self, kind: type) -> None:
        line = _LINES[kind]
        copy_lines(line.table, line.columns, self._lines.pop(kind, []))

    def _bounded(self, fact: Any) -> Any:
        if len(getattr(fact, "comment", "") or "") > LONGEST_COMMENT:
            self._note_cut(fact, "description", LONGEST_COMMENT)
            fact = fact._replace(comment=fact.comment[:LONGEST_COMMENT])
        if isinstance(fact, facts.Dataset) and len(fact.sql) > LONGEST_SQL:
            self._note_cut(fact, "query", LONGEST_SQL)
            fact = fact._replace(sql=fact.sql[:LONGEST_SQL])
        return fact

    def _note_cut(self, fact: Any, what: str, length: int) -> None:
        name = fact.name if isinstance(fact, facts.Field) else join_path(fact.path)
        message = f"The {what} was longer than {length:,} characters; the rest was left out."
        self.problems.append(facts.Problem(name, message))

    @staticmethod
    def _drop() -> None:
        tables = ", ".join([*(f"pg_temp.stage_{name}" for name in NAMES), *(f"pg_temp.{name}" for name in DERIVED)])
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {tables}")
