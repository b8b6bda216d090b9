"""Datasets: new ones written, changed ones updated, vanished ones archived; human columns are never touched."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from catalog.labels import DATASET_LABELS, refresh_dataset_labels
from catalog.models import Source
from core.names import quote_part

_INSERT = f"""
    INSERT INTO catalog_dataset (
        id, source_id, container_id, name, path, key, kind, motion, harvested_description, harvested_owner, sql,
        row_estimate, size_bytes, source_created_at, source_modified_at, partition_key, sort_key, details,
        field_count, fingerprint, schema_fingerprint, labels, first_seen_at,
        title, human_description, grain, nature, delivery, stage, lifecycle, deprecation_note, certification_note,
        popularity)
    SELECT d.id, s.id, c.id, d.name, d.path, d.key, d.kind,
        CASE WHEN d.kind = 'stream' THEN 'in_motion' ELSE 'at_rest' END, d.comment, d.owner, d.sql,
        d.rows, d.size, d.created_at, d.modified_at, d.partition_key, d.sort_key, d.details,
        d.fields, d.fingerprint, d.shape, {DATASET_LABELS}, %(now)s,
        '', '', '', '', CASE WHEN d.kind = 'stream' THEN 'streaming' ELSE '' END, '', 'active', '', '', 0
    FROM (SELECT m.id, %(prefix)s || t.path AS key, t.*, m.fields, m.fingerprint, m.shape
          FROM stage_dataset t JOIN stage_match m ON m.ref = t.ref AND m.new) AS d
    JOIN catalog_source s ON s.id = %(source)s
    LEFT JOIN catalog_container c ON c.source_id = s.id AND c.path = d.container
    LEFT JOIN catalog_domain o ON o.id = s.domain_id
    LEFT JOIN catalog_dataproduct p ON false
"""  # noqa: S608 - all of it is ours

_UPDATE = """
    UPDATE catalog_dataset d SET
        container_id = c.id, kind = s.kind, harvested_description = s.comment, harvested_owner = s.owner, sql = s.sql,
        partition_key = s.partition_key, sort_key = s.sort_key, details = s.details, field_count = m.fields,
        fingerprint = m.fingerprint, schema_fingerprint = m.shape, archived_at = NULL, last_seen_at = NULL
    FROM stage_dataset s
    JOIN stage_match m ON m.ref = s.ref AND NOT m.new AND (m.changed OR m.restored)
    LEFT JOIN catalog_container c ON c.source_id = %(source)s AND c.path = s.container
    WHERE d.id = m.id
"""

_MEASURE = """
    UPDATE catalog_dataset d SET
        row_estimate = s.rows, size_bytes = s.size,
        source_created_at = s.created_at, source_modified_at = s.modified_at,
        details = CASE WHEN s.details ? 'observed'
            THEN jsonb_set(coalesce(d.details, '{}'), '{observed}', s.details->'observed') ELSE d.details END
    FROM stage_dataset s JOIN stage_match m ON m.ref = s.ref AND NOT m.new
    WHERE d.id = m.id
        AND (d.row_estimate, d.size_bytes, d.source_created_at, d.source_modified_at)
        IS DISTINCT FROM (s.rows, s.size, s.created_at, s.modified_at)
        OR d.id = m.id AND s.details ? 'observed' AND d.details->'observed' IS DISTINCT FROM s.details->'observed'
"""

_PARENTS = """
    UPDATE catalog_dataset d SET parent_id = p.id
    FROM stage_dataset s
    JOIN stage_match m ON m.ref = s.ref AND (m.new OR m.changed)
    LEFT JOIN stage_match p ON p.ref = s.parent_ref AND p.id <> m.id
    WHERE d.id = m.id AND d.parent_id IS DISTINCT FROM p.id
"""

_ARCHIVE = """
    UPDATE catalog_dataset d SET archived_at = %(now)s, last_seen_at = %(seen)s
    FROM stage_gone g WHERE d.id = g.id
"""


class Counts(NamedTuple):
    """How many datasets a harvest added, changed, archived and brought back."""

    added: int
    changed: int
    archived: int
    restored: int


def apply_datasets(source: Source, now: datetime, last_seen: datetime) -> None:
    """Write what `matching` found. `last_seen` is when the source was last harvested with success."""
    parameters: dict[str, Any] = {
        "source": source.pk,
        "prefix": f"{quote_part(source.slug)}.",
        "now": now,
        "seen": last_seen,
    }
    with connection.cursor() as cursor:
        for statement in (_INSERT, _UPDATE, _MEASURE, _PARENTS, _ARCHIVE):
            cursor.execute(statement, parameters)
    refresh_dataset_labels("d.id IN (SELECT id FROM stage_match WHERE NOT new AND (changed OR restored))", [])


def count_changes() -> Counts:
    """Count what `matching` found."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE new), count(*) FILTER (WHERE changed AND NOT new AND NOT restored),"
            " (SELECT count(*) FROM stage_gone), count(*) FILTER (WHERE restored) FROM stage_match"
        )
        return Counts(*cursor.fetchone())
