"""What views do with the fields they read: their queries parsed, with the schemas of what they read at hand.

A query is read again only when it, or the schema of something it reads, has changed. That a view reads a dataset its
source says itself, where it can; what only the query says has that as its evidence.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from catalog.models import Dataset
from lineage.homes import home_of
from lineage.models import Edge, FieldEdge, QueryReading
from lineage.naming import normal_scheme
from lineage.nodes import nodes_of_datasets
from lineage.query_flows import Query, flows_of, read_query, tables_of
from lineage.recording import close_edges, record_flows
from lineage.sql.dialects import has_parser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from catalog.models import Source
    from lineage.query_flows import Reading
    from lineage.recording import Flow, Written

BATCH = 100  # views whose inputs' schemas are in memory at once
SECONDS = 120.0  # of one harvest; what is left is read by the next
FORMAT = "1"  # of what is written of a query; a new one reads them all again
BY_QUERY = {"by": "query"}  # evidence: the source did not say so itself

_DIGESTS = """
    SELECT d.id, md5(concat_ws(E'\\x1f', %(format)s, d.sql, d.schema_fingerprint,
        (SELECT string_agg(u.id || ' ' || u.schema_fingerprint, ',' ORDER BY u.id)
         FROM lineage_node n
         JOIN lineage_edge e ON e.downstream_id = n.id AND e.origin = 'view' AND e.closed_at IS NULL
         JOIN lineage_node un ON un.id = e.upstream_id JOIN catalog_dataset u ON u.id = un.dataset_id
         WHERE n.dataset_id = d.id))) AS digest
    FROM catalog_dataset d WHERE d.source_id = %(source)s AND d.archived_at IS NULL AND d.sql <> ''
        AND d.kind <> 'table'  -- the text of what fills a table is no query of a view
"""
_CHANGED = f"""
    SELECT w.id FROM ({_DIGESTS}) AS w LEFT JOIN lineage_queryreading r ON r.dataset_id = w.id
    WHERE r.digest IS DISTINCT FROM w.digest ORDER BY w.id
"""  # noqa: S608 - all of it stands here


def read_views(source: Source, *, tick: Callable[[], object] = lambda: None, seconds: float = SECONDS) -> int:
    """Read the queries of `source` that have changed; returns how many are left for the next harvest."""
    end = time.monotonic() + seconds
    waiting = _changed(source)
    while waiting and time.monotonic() < end:
        batch, waiting = waiting[:BATCH], waiting[BATCH:]
        _read_batch(source, batch, end)
        tick()
    return len(waiting)


def _changed(source: Source) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"format": FORMAT, "source": source.pk})
        return [pk for (pk,) in cursor.fetchall()]


def _read_batch(source: Source, ids: Sequence[int], end: float) -> None:
    views = list(Dataset.objects.filter(pk__in=ids).only("pk", "path", "sql"))
    tables = tables_of(source, _known_inputs(ids) | set(ids))
    done: list[int] = []
    readings: list[QueryReading] = []
    flows: list[tuple[int, Reading]] = []
    for view in views:
        if time.monotonic() > end and done:
            break
        reading = read_query(Query(source, view.path, view.sql, dialect_of(source)), tables)
        done.append(view.pk)
        readings.append(QueryReading(dataset_id=view.pk, digest="", **reading.problem_fields()))
        flows.append((view.pk, reading))
    nodes = nodes_of_datasets(done)
    _write(source, done, readings, [flow for pk, reading in flows for flow in flows_of(reading, nodes[pk], tables)])


def dialect_of(source: Source) -> str:
    """Return the dialect of SQL that a source speaks, as its kind or its address names it; "", read as any, for none.

    What programs push may be of any system, and files and streams speak no SQL of their own.
    """
    namespace = home_of(source)[0]
    named = normal_scheme(namespace.partition("://")[0] or source.kind)
    return named if has_parser(named) else ""


def _known_inputs(ids: Iterable[int]) -> set[int]:
    edges = Edge.objects.current().filter(downstream__dataset__in=list(ids), origin=Edge.Origin.VIEW)
    return set(edges.exclude(upstream__dataset=None).values_list("upstream__dataset", flat=True))


@transaction.atomic
def _write(source: Source, ids: list[int], readings: list[QueryReading], flows: list[Flow]) -> None:
    now = timezone.now()
    said = _said_by_source(ids)
    told = [flow if (flow.upstream, flow.downstream) in said else flow._replace(evidence=BY_QUERY) for flow in flows]
    written = record_flows(origin=Edge.Origin.VIEW, flows=told, seen_at=now, standing=True)
    _close_unsaid(ids, written)
    QueryReading.objects.bulk_create(
        readings,
        update_conflicts=True,
        unique_fields=["dataset"],
        update_fields=["digest", "problem", "line", "column", "read_at"],
    )
    _keep_digests(source, ids)


def _said_by_source(ids: Iterable[int]) -> set[tuple[int, int]]:
    """The edges that the source's own record of its views has."""
    edges = Edge.objects.current().filter(downstream__dataset__in=list(ids), origin=Edge.Origin.VIEW, evidence={})
    return set(edges.values_list("upstream_id", "downstream_id"))


def _close_unsaid(ids: Iterable[int], written: Written) -> None:
    edges = Edge.objects.current().filter(downstream__dataset__in=list(ids), origin=Edge.Origin.VIEW, job=None)
    gone = edges.filter(evidence=BY_QUERY).exclude(pk__in=written.edges)
    close_edges(gone.values_list("pk", flat=True))
    stale = FieldEdge.objects.filter(edge__in=list(edges.values_list("pk", flat=True)), closed_at=None)
    stale.exclude(pk__in=written.fields).update(closed_at=timezone.now())


def _keep_digests(source: Source, ids: list[int]) -> None:
    """What the views read is known only now, so the digest that will be compared is taken now."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE lineage_queryreading r SET digest = w.digest FROM ({_DIGESTS}) AS w"  # noqa: S608 - all of it ours
            " WHERE w.id = r.dataset_id AND r.dataset_id = ANY(%(ids)s)",
            {"format": FORMAT, "source": source.pk, "ids": ids},
        )
