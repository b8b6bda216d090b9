"""Reads what search indexes of datasets: two statements, however many datasets are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db import connection

from catalog.search.schema import Guarded, Row

_DATASETS = """
    SELECT d.id, d.name, d.key, d.title, d.kind, d.labels,
        concat_ws(' ', c.path, s.name, s.slug),
        left(concat_ws(' ', coalesce(nullif(d.human_description, ''), d.harvested_description), d.grain), 50000),
        s.slug, coalesce(o.slug, ''),
        coalesce(d.container_id, 0), greatest(coalesce(extract(epoch FROM d.source_modified_at)::bigint, 0), 0),
        coalesce(nullif(d.details->>'title', d.title), ''),
        concat_ws(' ', o.name, p.name, tags.names),
        concat_ws(' ', d.harvested_owner, owner.first_name, owner.last_name, owner.username,
            steward.first_name, steward.last_name, steward.username),
        coalesce(columns.text, ''), coalesce(columns.names, ''), coalesce(tags.slugs, '{}'),
        array_remove(ARRAY[owner.username, steward.username], NULL),
        d.certified_at IS NOT NULL, d.lifecycle = 'deprecated', d.parent_id IS NOT NULL, d.popularity
    FROM catalog_dataset d
    JOIN catalog_source s ON s.id = d.source_id
    LEFT JOIN catalog_container c ON c.id = d.container_id
    LEFT JOIN catalog_domain o ON o.id = coalesce(d.domain_id, s.domain_id)
    LEFT JOIN catalog_dataproduct p ON p.id = d.product_id
    LEFT JOIN permissions_user owner ON owner.id = d.owner_id
    LEFT JOIN permissions_user steward ON steward.id = d.steward_id
    LEFT JOIN LATERAL (
        SELECT array_agg(t.slug) AS slugs, string_agg(t.name, ' ') AS names
        FROM catalog_datasettag dt JOIN catalog_tag t ON t.id = dt.tag_id WHERE dt.dataset_id = d.id
    ) AS tags ON true
    LEFT JOIN LATERAL (
        SELECT left(string_agg({field}, ' ' ORDER BY f.position), 200000) AS text,
            left(string_agg(left(f.name, 200), ' ' ORDER BY f.position), 50000) AS names
        FROM catalog_field f WHERE f.dataset_id = d.id AND f.archived_at IS NULL AND {labels} = '{}'
    ) AS columns ON true
    WHERE d.id = ANY(%s) AND d.archived_at IS NULL
"""

_GUARDED = """
    SELECT dataset_id, labels, left(string_agg(text, ' ' ORDER BY position), 200000)
    FROM (
        SELECT f.dataset_id, f.position, {labels} AS labels, {field} AS text
        FROM catalog_field f
        WHERE f.dataset_id = ANY(%s) AND f.archived_at IS NULL AND (f.labels <> '{}' OR f.parent_path <> '')
    ) AS fields
    WHERE labels <> '{}'
    GROUP BY dataset_id, labels
"""

# A field inside another carries that one's labels too: what closes a column closes its parts.
_LABELS = """
    CASE WHEN f.parent_path = '' THEN f.labels ELSE coalesce((
        SELECT array_agg(DISTINCT label ORDER BY label) FROM catalog_field around, unnest(around.labels) AS label
        WHERE around.dataset_id = f.dataset_id AND around.labels <> '{}'
            AND (around.id = f.id OR starts_with(f.path, around.path || '.'))
    ), '{}') END
"""
_FIELD = """
    left(concat_ws(' ', f.name, coalesce(nullif(f.human_description, ''), nullif(f.harvested_description, ''))), 2000)
"""


def read_rows(ids: Sequence[int]) -> Iterator[Row]:
    """Yield what there is to index of those `ids` that exist and are not archived, in no order."""
    guarded = _read_guarded(ids)
    with connection.cursor() as cursor:
        cursor.execute(_filled(_DATASETS), [list(ids)])
        for found in cursor.fetchall():
            yield Row._make((*found, tuple(guarded.get(found[0], ()))))


def _read_guarded(ids: Sequence[int]) -> dict[int, list[Guarded]]:
    groups: dict[int, list[Guarded]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_filled(_GUARDED), [list(ids)])
        for dataset, labels, text in cursor.fetchall():
            groups[dataset].append(Guarded(tuple(sorted(labels)), text))
    return groups


def _filled(statement: str) -> str:
    return statement.replace("{field}", _FIELD).replace("{labels}", _LABELS)
