"""Which staged datasets are new, changed or back, and which known ones are gone."""

from __future__ import annotations

from django.db import connection

from catalog.models import Source
from core.copying import copy_lines, encode_row
from core.names import join_path
from harvest.facts import Problem
from harvest.reconcile.staging import Staging

_DATASETS_TWICE = """
    DELETE FROM stage_dataset s USING (
        SELECT path, min(ctid) AS kept FROM stage_dataset GROUP BY path HAVING count(*) > 1
    ) AS twice WHERE s.path = twice.path AND s.ctid <> twice.kept RETURNING s.path
"""
_FIELDS_TWICE = """
    DELETE FROM stage_field s USING (
        SELECT ref, path, min(ctid) AS kept FROM stage_field GROUP BY ref, path HAVING count(*) > 1
    ) AS twice, stage_dataset d
    WHERE s.ref = twice.ref AND s.path = twice.path AND s.ctid <> twice.kept AND d.ref = s.ref
    RETURNING d.path || '.' || s.path
"""

# One number a dataset for its fields, keys, indexes and dependencies. Sums of hashes do not depend on the order.
_HASH = r"""
    CREATE TEMPORARY TABLE stage_hash AS
    SELECT ref, sum(shape) AS shape, sum(rest) AS rest, sum(fields)::int AS fields FROM (
        SELECT ref, sum(hashtextextended(concat_ws(E'\x1f', path, position, native_type, type, nullable, default_,
                generated), 1)) AS shape,
            sum(hashtextextended(concat_ws(E'\x1f', path, comment, details), 2)) AS rest, count(*) AS fields
        FROM stage_field GROUP BY ref
        UNION ALL
        SELECT c.ref,
            sum(CASE WHEN c.kind = 'primary' THEN hashtextextended(c.fields::text, 3) ELSE 0 END),
            sum(hashtextextended(concat_ws(E'\x1f', c.name, c.kind, c.fields, c.definition, r.path, c.ref_fields), 4)),
            0
        FROM stage_constraint c LEFT JOIN stage_dataset r ON r.ref = c.ref_ref GROUP BY c.ref
        UNION ALL
        SELECT ref, 0, sum(hashtextextended(concat_ws(E'\x1f', name, fields, unique_, method, definition), 5)), 0
        FROM stage_index GROUP BY ref
        UNION ALL
        SELECT p.ref, 0, sum(hashtextextended(concat_ws(E'\x1f', u.path, p.fields), 6)), 0
        FROM stage_dependency p JOIN stage_dataset u ON u.ref = p.upstream_ref GROUP BY p.ref
    ) AS part GROUP BY ref
"""

_MATCH = r"""
    CREATE TEMPORARY TABLE stage_match AS
    SELECT s.ref, d.id IS NULL AS new, d.archived_at IS NOT NULL AS restored,
        coalesce(d.id, nextval(pg_get_serial_sequence('catalog_dataset', 'id'))) AS id,
        d.fingerprint IS DISTINCT FROM s.fingerprint AND NOT (s.failed AND d.id IS NOT NULL) AS changed,
        d.schema_fingerprint IS DISTINCT FROM s.shape AND NOT (s.failed AND d.id IS NOT NULL) AS reshaped,
        s.fingerprint, s.shape, s.fields
    FROM (
        SELECT s.ref, s.path, coalesce(h.shape, 0)::text AS shape, coalesce(h.fields, 0) AS fields,
            EXISTS (SELECT FROM stage_failed f WHERE f.path = s.path) AS failed,
            md5(concat_ws(E'\x1f', s.kind, s.comment, s.owner, s.sql, s.partition_key, s.sort_key, p.path,
                s.details - 'observed', h.shape, h.rest)) AS fingerprint
        FROM stage_dataset s
        LEFT JOIN stage_hash h ON h.ref = s.ref
        LEFT JOIN stage_dataset p ON p.ref = s.parent_ref
    ) AS s
    LEFT JOIN catalog_dataset d ON d.source_id = %s AND d.path = s.path
"""

_GONE = """
    CREATE TEMPORARY TABLE stage_gone AS
    SELECT d.id FROM catalog_dataset d
    WHERE d.source_id = %s AND d.archived_at IS NULL
        AND NOT EXISTS (SELECT FROM stage_match m WHERE m.id = d.id)
        AND NOT EXISTS (SELECT FROM stage_failed f
                        WHERE f.path = '' OR d.path = f.path OR starts_with(d.path, f.path || '.'))
"""


def match(source: Source, staging: Staging) -> list[Problem]:
    """Build ``stage_match`` and ``stage_gone``; returns problems found on the way.

    Datasets at or below the path of a problem were not read: they are not gone, and a known one that is staged all the
    same, in part, stays as it was.
    """
    with connection.cursor() as cursor:
        repeated = _drop_repeated(_DATASETS_TWICE)
        if staging.fields_may_repeat:
            repeated += _drop_repeated(_FIELDS_TWICE)
        cursor.execute("CREATE TEMPORARY TABLE stage_failed (path text)")
        failed = (join_path(problem.path) for problem in staging.problems if problem.path is not None)
        copy_lines("stage_failed", "path", [encode_row([path]) for path in failed])
        cursor.execute(_HASH)
        cursor.execute("ANALYZE stage_hash")
        cursor.execute(_MATCH, [source.pk])
        cursor.execute("CREATE INDEX ON stage_match (ref); CREATE INDEX ON stage_match (id); ANALYZE stage_match")
        cursor.execute(_GONE, [source.pk])
        cursor.execute("ANALYZE stage_gone")
    return repeated


def _drop_repeated(statement: str) -> list[Problem]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [Problem(name, "The source names this twice; the first was kept.") for (name,) in cursor.fetchall()]


def count_gone(source: Source) -> tuple[int, int]:
    """Return how many datasets would vanish, of how many the catalog holds now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM stage_gone),"
            " (SELECT count(*) FROM catalog_dataset WHERE source_id = %s AND archived_at IS NULL)",
            [source.pk],
        )
        gone, present = cursor.fetchone()
    return gone, present
