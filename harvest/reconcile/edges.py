"""What views read from: edges opened when first seen, closed when no longer so."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

# Names that lineage was told of before the catalog had them, and now has: one dataset of that name, as yet without
# edges of its own.
_APPEARED = """
    WITH appeared AS MATERIALIZED (
        SELECT n.id, d.id AS dataset, d.folded_key
        FROM stage_match m
        JOIN catalog_dataset d ON d.id = m.id
        JOIN lineage_node n ON n.dataset_id IS NULL AND md5(n.key) = md5(d.folded_key)
        WHERE m.new OR m.restored
    )
    UPDATE lineage_node n SET dataset_id = a.dataset, labels = '{}' FROM appeared a
    WHERE n.id = a.id
        AND NOT EXISTS (SELECT FROM lineage_node o WHERE o.dataset_id = a.dataset)
        AND NOT EXISTS (SELECT FROM catalog_dataset t WHERE t.folded_key = a.folded_key AND t.id <> a.dataset)
"""

_STAGED = """
    SELECT u.id AS upstream, m.id AS downstream, s.fields
    FROM stage_dependency s
    JOIN stage_match m ON m.ref = s.ref AND (m.changed OR m.restored)
    JOIN stage_match u ON u.ref = s.upstream_ref AND u.id <> m.id
"""

_STATEMENTS = (
    f"""
    INSERT INTO lineage_node (dataset_id, labels, namespace, name, key, first_seen_at)
    SELECT id, '{{}}', '', '', '', %(now)s
    FROM (SELECT upstream AS id FROM ({_STAGED}) s UNION SELECT downstream FROM ({_STAGED}) s) AS ends
    ON CONFLICT (dataset_id) DO NOTHING
    """,  # noqa: S608 - all of it stands here
    """
    CREATE TEMPORARY TABLE stage_closed AS
    WITH staged AS MATERIALIZED ({staged})
    SELECT e.id FROM stage_match m
    JOIN lineage_node d ON d.dataset_id = m.id
    JOIN lineage_edge e ON e.downstream_id = d.id AND e.origin = 'view' AND e.closed_at IS NULL
    JOIN lineage_node u ON u.id = e.upstream_id
    WHERE m.changed AND e.evidence = '{}'  -- what only its query says is not for the source to take back
        AND NOT EXISTS (SELECT FROM staged s WHERE s.upstream = u.dataset_id AND s.downstream = m.id)
    UNION
    SELECT e.id FROM stage_gone g
    JOIN lineage_node n ON n.dataset_id = g.id
    JOIN LATERAL (
        SELECT id FROM lineage_edge WHERE downstream_id = n.id AND origin = 'view' AND closed_at IS NULL
        UNION SELECT id FROM lineage_edge WHERE upstream_id = n.id AND origin = 'view' AND closed_at IS NULL
    ) AS e ON true
    """.replace("{staged}", _STAGED),
    """
    UPDATE lineage_fieldedge f SET closed_at = %(now)s
    FROM stage_closed c WHERE f.edge_id = c.id AND f.closed_at IS NULL
    """,
    "UPDATE lineage_edge e SET closed_at = %(now)s FROM stage_closed c WHERE e.id = c.id",
    "DROP TABLE stage_closed",
    f"""
    INSERT INTO lineage_edge AS e (upstream_id, downstream_id, origin, fields, evidence, reason, first_seen_at)
    SELECT DISTINCT ON (u.id, d.id) u.id, d.id, 'view', s.fields, '{{}}', '', %(now)s
    FROM ({_STAGED}) s
    JOIN lineage_node u ON u.dataset_id = s.upstream
    JOIN lineage_node d ON d.dataset_id = s.downstream
    ORDER BY u.id, d.id
    ON CONFLICT (upstream_id, downstream_id, origin, job_id) WHERE closed_at IS NULL
    DO UPDATE SET fields = excluded.fields WHERE e.fields <> excluded.fields
    """,  # noqa: S608
)


def apply_edges(now: datetime) -> None:
    """Open, close and update the edges of changed datasets, after giving new ones what was known of their names."""
    with connection.cursor() as cursor:
        for statement in (_APPEARED, *_STATEMENTS):
            cursor.execute(statement, {"now": now})
