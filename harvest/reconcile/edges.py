"""What views read from: edges opened when first seen, closed when no longer so."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

_STAGED = """
    SELECT u.id AS upstream, m.id AS downstream, s.fields
    FROM stage_dependency s
    JOIN stage_match m ON m.ref = s.ref AND m.changed
    JOIN stage_match u ON u.ref = s.upstream_ref AND u.id <> m.id
"""

_STATEMENTS = (
    f"""
    UPDATE lineage_edge e SET closed_at = %(now)s
    FROM stage_match m
    WHERE e.downstream_id = m.id AND m.changed AND e.origin = 'view' AND e.closed_at IS NULL
        AND NOT EXISTS (SELECT FROM ({_STAGED}) s WHERE s.upstream = e.upstream_id AND s.downstream = m.id)
    """,  # noqa: S608 - all of it stands here
    """
    UPDATE lineage_edge e SET closed_at = %(now)s
    FROM stage_gone g WHERE (e.downstream_id = g.id OR e.upstream_id = g.id) AND e.closed_at IS NULL
    """,
    f"""
    INSERT INTO lineage_edge AS e (upstream_id, downstream_id, origin, fields, first_seen_at)
    SELECT DISTINCT ON (s.upstream, s.downstream) s.upstream, s.downstream, 'view', s.fields, %(now)s
    FROM ({_STAGED}) s ORDER BY s.upstream, s.downstream
    ON CONFLICT (upstream_id, downstream_id, origin) WHERE closed_at IS NULL
    DO UPDATE SET fields = excluded.fields WHERE e.fields <> excluded.fields
    """,  # noqa: S608
)


def apply_edges(now: datetime) -> None:
    """Open, close and update the edges of changed datasets."""
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement, {"now": now})
