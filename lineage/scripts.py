"""A folder of SQL scripts as jobs: what each reads and makes, from end to end, field by field."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from lineage.homes import home_of
from lineage.models import Edge, FieldEdge
from lineage.naming import Told
from lineage.nodes import datasets_named
from lineage.query_flows import MOST_FIELD_EDGES, Tables, tables_of
from lineage.recording import FieldFlow, Flow, close_jobs_but, record_flows, record_job
from lineage.sql import lineage
from lineage.views_read import dialect_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from catalog.models import Source
    from lineage.models import Job
    from lineage.sql import Lineage, OutputColumn, Span

LARGEST = 5_000_000  # bytes of a script that is read
Pair = tuple[str, str]


class Folder(NamedTuple):
    """What came of reading a folder: how many scripts, how many of them had problems, how many jobs are gone."""

    read: int
    problems: list[str]
    closed: int


def read_folder(source: Source, folder: Path, *, origin: str = Edge.Origin.SCRIPT) -> Folder:
    """Read every ``.sql`` below `folder` as a job that runs in `source`; jobs whose script is gone are closed.

    Calling it again with the same scripts changes nothing but when they were last seen.
    """
    now = timezone.now()
    namespace = f"{origin}:{source.slug}:{folder.resolve()}"
    names: list[str] = []
    problems: list[str] = []
    for path in sorted(folder.rglob("*.sql")):
        name = str(path.relative_to(folder))
        names.append(name)
        if path.stat().st_size > LARGEST:
            problems.append(f"{name} has more than {LARGEST:,} bytes and was not read.")
            continue
        text = path.read_text(encoding="utf-8", errors="replace").replace("\0", "\ufffd")
        found, tables = _understood(source, text)
        told = [f"Line {one.line}, column {one.column}: {one.message}" for one in found.problems]
        problems += [f"{name}: {one}" for one in told]
        job = record_job(
            namespace=namespace, name=name, seen_at=now, source=source, code=text, language=dialect_of(source),
            location=str(path), technology="SQL", problem="\n".join(told)[:2_000],
        )  # fmt: skip
        _record(job, origin, _flows(found, tables), now)
    return Folder(len(names), problems, close_jobs_but(namespace=namespace, names=names, seen_at=now))


def _understood(source: Source, text: str) -> tuple[Lineage, Tables]:
    """Read once for the names of tables, and again with their schemas."""
    dialect, schema = dialect_of(source), home_of(source)[1].schema or None
    first = lineage(text, dialect, default_schema=schema)
    named = datasets_named([Told(source.slug, name) for name in {*first.reads, *first.writes}])
    tables = tables_of(source, [pk for pk in named.values() if pk])
    return lineage(text, dialect, tables.schema, default_schema=schema), tables


def _flows(found: Lineage, tables: Tables) -> list[Flow]:
    fields: defaultdict[Pair, list[FieldFlow]] = defaultdict(list)
    for pair in _pairs(found):
        fields[pair] = []
    for (upstream, downstream), flow in _field_flows(found, tables):
        if len(fields[upstream, downstream]) < MOST_FIELD_EDGES:
            fields[upstream, downstream].append(flow)
    nodes = tables.nodes({name for pair in fields for name in pair})
    return [Flow(nodes[up], nodes[down], tuple(flows), {"by": "script"}) for (up, down), flows in fields.items()]


def _pairs(found: Lineage) -> Iterator[Pair]:
    """Tables that one statement reads and writes; those made on the way only are left to the fields."""
    reads, writes = set(found.reads), set(found.writes)
    for statement in found.statements:
        yield from (
            (read, write) for write in statement.writes if write in writes for read in statement.reads if read in reads
        )


def _field_flows(found: Lineage, tables: Tables) -> Iterator[tuple[Pair, FieldFlow]]:
    for column in _columns(found):
        for source in column.sources:
            if column.table and column.name and source.table and "*" not in (column.name, source.column):
                target = tables.spell(column.table, column.name)
                spelled = tables.spell(source.table, source.column)
                yield (source.table, column.table), FieldFlow(spelled, target, source.step, _span(source.span))
    reads, writes = set(found.reads), set(found.writes)
    for statement in found.statements:
        for use in statement.uses:
            for write in writes.intersection(statement.writes):
                if use.table in reads and use.table:
                    spelled = tables.spell(use.table, use.column)
                    yield (use.table, write), FieldFlow(spelled, "", FieldEdge.Step(use.influence), _span(use.span))


def _columns(found: Lineage) -> Iterator[OutputColumn]:
    """What each statement writes from tables that last; what it takes from others is followed to where it began."""
    lasting = {*found.reads, *found.writes}
    through: set[tuple[str | None, str | None]] = set()
    for statement in found.statements:
        for column in statement.columns:
            if column.table in lasting and all(source.table in lasting for source in column.sources):
                yield column
            else:
                through.add((column.table, column.name))
    yield from (column for column in found.columns if (column.table, column.name) in through)


def _span(span: Span | None) -> tuple[int, int] | None:
    return (span.start, span.end) if span else None


def _record(job: Job, origin: str, flows: list[Flow], now: datetime) -> None:
    record_flows(origin=origin, job=job, flows=flows, seen_at=now, complete=True)
