"""The tags that a source puts on its own datasets; those that people put there stay."""

from __future__ import annotations

from django.db import connection

from catalog.labels import refresh_dataset_labels
from catalog.models import Source

_NEW = """
    INSERT INTO catalog_tag (slug, name) SELECT DISTINCT ON (slug) slug, name FROM stage_tag WHERE name <> ''
    ORDER BY slug, name ON CONFLICT DO NOTHING
"""
# A tag is found by its short name or, where that is another's, by its name.
_WANTED = """
    CREATE TEMPORARY TABLE stage_tagged AS
    WITH placed AS (
        SELECT p.ref, p.slug, p.name, coalesce(m.id, j.dataset_id) AS dataset_id
        FROM stage_tag p LEFT JOIN stage_match m ON m.ref = p.ref LEFT JOIN stage_joined j ON j.ref = p.ref
    )
    SELECT p.dataset_id, t.id AS tag_id FROM placed p JOIN catalog_tag t ON t.slug = p.slug
    WHERE p.dataset_id IS NOT NULL
    UNION
    SELECT p.dataset_id, t.id FROM placed p JOIN catalog_tag t ON t.name = p.name
    WHERE p.dataset_id IS NOT NULL AND NOT EXISTS (SELECT FROM catalog_tag other WHERE other.slug = p.slug);
    CREATE INDEX ON stage_tagged (dataset_id, tag_id);
    ANALYZE stage_tagged
"""
# Of datasets that were read, a tag that the source no longer puts there goes, unless another source says it.
_UNTAG = """
    DELETE FROM catalog_datasettag dt USING stage_match m
    WHERE dt.dataset_id = m.id AND dt.origin = 'harvest' AND NOT m.new
        AND NOT EXISTS (SELECT FROM stage_failed f JOIN catalog_dataset d ON d.path = f.path WHERE d.id = m.id)
        AND NOT EXISTS (SELECT FROM stage_tagged w WHERE w.dataset_id = dt.dataset_id AND w.tag_id = dt.tag_id)
        AND NOT EXISTS (SELECT FROM harvest_told t JOIN catalog_tag g ON g.id = dt.tag_id
                        WHERE t.dataset_id = dt.dataset_id AND t.path = '' AND t.said->'tags' ? g.name)
    RETURNING dt.dataset_id
"""
_UNTAG_JOINED = """
    DELETE FROM catalog_datasettag dt USING harvest_told t, catalog_tag g
    WHERE t.source_id = %(source)s AND t.path = '' AND dt.dataset_id = t.dataset_id AND dt.origin = 'harvest'
        AND g.id = dt.tag_id AND t.said->'tags' ? g.name
        AND NOT EXISTS (SELECT FROM stage_tagged w WHERE w.dataset_id = dt.dataset_id AND w.tag_id = dt.tag_id)
    RETURNING dt.dataset_id
"""
_TAG = """
    INSERT INTO catalog_datasettag (dataset_id, tag_id, origin) SELECT dataset_id, tag_id, 'harvest' FROM stage_tagged
    ON CONFLICT DO NOTHING RETURNING dataset_id
"""


def apply_tags(source: Source) -> None:
    """Bring the source's tags in step; called once its datasets are written and before what it tells others is."""
    changed: set[int] = set()
    with connection.cursor() as cursor:
        cursor.execute(_NEW)
        cursor.execute(_WANTED)
        for statement in (_UNTAG, _UNTAG_JOINED, _TAG):
            cursor.execute(statement, {"source": source.pk})
            changed.update(pk for (pk,) in cursor.fetchall())
    if changed:
        refresh_dataset_labels("d.id = ANY(%s)", [list(changed)])
