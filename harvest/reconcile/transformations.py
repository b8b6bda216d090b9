"""The jobs that a source tells of, and what they make of what: dataset by dataset and, by their SQL, field by field.

That one dataset is made of another the source knows itself; its SQL adds the fields, and tables that are named in the
SQL alone. A transformation is read again only when its SQL, or the schema of something it touches, has changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import md5
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from catalog.models import Dataset, Field, Source
from lineage.models import Edge, Job
from lineage.nodes import nodes_of_datasets
from lineage.query_flows import Query, Tables, flows_of, read_query
from lineage.recording import Flow, close_jobs_but, record_flows, record_job

BATCH = 100
FORMAT = "1"  # of what is written of a transformation; a new one reads them all again
BY_SOURCE = {"by": "the project"}

_PLACES = """
    SELECT p.ref, d.id, coalesce(a.whole, d.path), d.schema_fingerprint FROM (
        SELECT ref, id FROM stage_match UNION ALL SELECT ref, dataset_id FROM stage_joined
    ) AS p JOIN catalog_dataset d ON d.id = p.id LEFT JOIN stage_alias a ON a.ref = p.ref
"""
_TRANSFORMATIONS = """
    SELECT ref, name, upstream, sql, dialect, location, owner, comment FROM stage_transformation
    ORDER BY name OFFSET %s LIMIT %s
"""


class Place(NamedTuple):
    """A dataset, by the name that SQL of the source has for it."""

    pk: int
    path: str
    shape: str


class Transformation(NamedTuple):
    """A row of the stage."""

    ref: str
    name: str
    upstream: list[str]
    sql: str
    dialect: str
    location: str
    owner: str
    comment: str


def record_transformations(source: Source, *, tick: Callable[[], object] = lambda: None) -> None:
    """Bring lineage in step with the staged transformations, once their datasets are written."""
    now = timezone.now()
    names: set[str] = set()
    places = _places()
    known = dict(Job.objects.filter(namespace=source.slug, closed_at=None).values_list("name", "facets__digest"))
    offset = 0
    while batch := _batch(offset):
        offset += len(batch)
        names.update(one.name for one in batch)
        changed = [one for one in batch if one.ref in places and known.get(one.name) != _digest(one, places)]
        fields = _fields({place.pk for one in changed for place in _touched(one, places)})
        for one in changed:
            _record(source, one, places, fields, now)
        tick()
    close_jobs_but(namespace=source.slug, names=names, seen_at=now)


def _places() -> dict[str, Place]:
    with connection.cursor() as cursor:
        cursor.execute(_PLACES)
        return {ref: Place(pk, path, shape) for ref, pk, path, shape in cursor.fetchall()}


def _batch(offset: int) -> list[Transformation]:
    with connection.cursor() as cursor:
        cursor.execute(_TRANSFORMATIONS, [offset, BATCH])
        return [Transformation(*row) for row in cursor.fetchall()]


def _touched(one: Transformation, places: dict[str, Place]) -> list[Place]:
    """What it makes, then what it reads."""
    return [places[ref] for ref in (one.ref, *one.upstream) if ref in places]


def _digest(one: Transformation, places: dict[str, Place]) -> str:
    parts = [FORMAT, *one, *(f"{place.pk} {place.shape}" for place in _touched(one, places))]
    return md5("\x1f".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


def _fields(ids: Iterable[int]) -> dict[int, dict[str, str]]:
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    present = Field.objects.present().filter(dataset__in=list(ids), parent_path="").order_by("dataset", "position")
    for pk, name, kind in present.values_list("dataset_id", "name", "native_type"):
        found[pk][name] = kind
    return found


def _record(
    source: Source, one: Transformation, places: dict[str, Place], fields: dict[int, dict[str, str]], now: datetime
) -> None:
    touched = _touched(one, places)
    made, read = touched[0], touched[1:]
    nodes = nodes_of_datasets({place.pk for place in touched})
    tables = Tables(source, [Dataset(pk=place.pk, path=place.path) for place in touched], fields)
    reading = read_query(Query(source, made.path, one.sql, one.dialect), tables)
    flows = [Flow(nodes[place.pk], nodes[made.pk], (), BY_SOURCE) for place in read]
    problem = f"{reading.problem.message} (line {reading.problem.line})" if one.sql and reading.problem else ""
    job = record_job(
        namespace=source.slug, name=one.name, seen_at=now, source=source, technology=source.kind,
        description=one.comment, told_owner=one.owner, code=one.sql, language=one.dialect, location=one.location,
        problem=problem, facets={"digest": _digest(one, places)},
    )  # fmt: skip
    if one.sql:
        flows += flows_of(reading, nodes[made.pk], tables)
    record_flows(origin=Edge.Origin.DBT, flows=flows, seen_at=now, job=job, complete=True)
