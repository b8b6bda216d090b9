"""The labels of what the catalog holds: derived from facts in one place, kept true by whoever changes a fact.

=========================  =========================================
``source:crm``             everything of a source
``path:crm/public``        everything in a container, at any depth
``domain:finance``         everything of a domain
``tag:gold``               datasets with a tag
``class:pii``              datasets or fields so classified
``dataset:crm.public.a``   one dataset, by its key
=========================  =========================================

A classification ``pii.contact.mail`` gives ``class:pii.contact.mail``, ``class:pii.contact`` and ``class:pii``, so
that a rule on a wider one holds for the narrower.
"""

from collections.abc import Sequence
from hashlib import md5
from typing import Any

from django.db import connection

LONGEST = 500  # bytes; an entry of a GIN index holds at most about 2,700


def label_value(text: str) -> str:
    """Return `text` as the value of a label: as it stands, or shortened with its digest when very long."""
    if len(text.encode()) <= LONGEST:
        return text
    return f"{text[:100]}~{md5(text.encode(), usedforsecurity=False).hexdigest()}"


def container_labels(slug: str, path: Sequence[str]) -> list[str]:
    """Return the labels of the container at `path` of the source `slug`, for what is in it to inherit."""
    names = [part.replace("/", "%2F") for part in path]
    ancestors = ("/".join(names[: depth + 1]) for depth in range(len(names)))
    return [f"source:{slug}", *(f"path:{label_value(f'{slug}/{ancestor}')}" for ancestor in ancestors)]


# The labels of a classification `k`: its own and those of all that it is a kind of.
CLASS_LABELS = """(
    SELECT 'class:' || array_to_string((string_to_array(k.slug, '.'))[:depth], '.')
    FROM generate_series(1, cardinality(string_to_array(k.slug, '.'))) AS depth
)"""

# Of a dataset `d` (with id and key), its source `s`, its container `c` and its domain `o`.
DATASET_LABELS = f"""
    coalesce(c.labels, s.labels)
    || ('dataset:' || CASE WHEN octet_length(d.key) <= 500 THEN d.key ELSE left(d.key, 100) || '~' || md5(d.key) END)
    || CASE WHEN o.slug IS NULL THEN '{{}}'::text[] ELSE ARRAY['domain:' || o.slug] END
    || coalesce((SELECT array_agg('tag:' || t.slug ORDER BY t.slug) FROM catalog_datasettag dt
                 JOIN catalog_tag t ON t.id = dt.tag_id WHERE dt.dataset_id = d.id), '{{}}')
    || coalesce((SELECT array_agg(DISTINCT w.label ORDER BY w.label) FROM catalog_datasetclassification dc
                 JOIN catalog_classification k ON k.id = dc.classification_id
                 CROSS JOIN LATERAL {CLASS_LABELS} AS w(label)
                 WHERE dc.dataset_id = d.id), '{{}}')
"""  # noqa: S608 - all of it stands here

_DATASETS = f"""
    UPDATE catalog_dataset AS d SET labels = now.labels
    FROM (
        SELECT d.id, {DATASET_LABELS} AS labels
        FROM catalog_dataset d
        JOIN catalog_source s ON s.id = d.source_id
        LEFT JOIN catalog_container c ON c.id = d.container_id
        LEFT JOIN catalog_domain o ON o.id = coalesce(d.domain_id, s.domain_id)
        WHERE {{scope}}
    ) AS now
    WHERE d.id = now.id AND d.labels <> now.labels
"""  # noqa: S608 - all of it stands above

_FIELDS = """
    UPDATE catalog_field AS f SET labels = now.labels
    FROM (
        SELECT f.id, coalesce(array_agg(DISTINCT w.label ORDER BY w.label) FILTER (WHERE w.label IS NOT NULL), '{}')
            AS labels
        FROM catalog_field f
        LEFT JOIN catalog_fieldclassification fc ON fc.field_id = f.id AND fc.state <> 'rejected'
        LEFT JOIN catalog_classification k ON k.id = fc.classification_id
        LEFT JOIN LATERAL {classes} AS w(label) ON true
        WHERE {scope}
        GROUP BY f.id
    ) AS now
    WHERE f.id = now.id AND f.labels <> now.labels
"""


def refresh_dataset_labels(scope: str, parameters: Sequence[Any]) -> int:
    """Bring the labels of datasets in step with the facts; returns how many changed.

    `scope` is a condition on ``d`` (the dataset), ``s`` (its source), ``c`` (its container) and ``o`` (its domain).
    """
    return _run(_DATASETS.replace("{scope}", scope), parameters)


def refresh_field_labels(scope: str, parameters: Sequence[Any]) -> int:
    """Bring the labels of fields in step with their classifications; `scope` is a condition on ``f``."""
    return _run(_FIELDS.replace("{scope}", scope).replace("{classes}", CLASS_LABELS), parameters)


def _run(statement: str, parameters: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)
