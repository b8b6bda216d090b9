"""The labels of what the catalog holds: derived from facts in one place, kept true by whoever changes a fact.

=========================  =========================================
``source:crm``             everything of a source
``path:crm/public``        everything in a container, at any depth
``domain:finance``         everything of a domain
``tag:gold``               datasets with a tag
``class:pii``              datasets or fields so classified
``product:churn``          datasets of a data product
``dataset:crm.public.a``   one dataset, by its key
``field:crm.public.a#b``   one field, by its dataset's key and its path
=========================  =========================================

A classification ``pii.contact.mail`` gives ``class:pii.contact.mail``, ``class:pii.contact`` and ``class:pii``, so
that a rule on a wider one holds for the narrower.

A field carries its own ``field:`` label only once a rule or an exception names it: there are millions of fields, and
each set of labels that fields carry is a part of the search index. What may be, or is, something else under another
name carries labels of that as `catalog.models.former` says.
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


def class_labels(slug: str) -> list[str]:
    """Return the labels of a classification: its own and those of all that it is a kind of."""
    parts = slug.split(".")
    return [f"class:{'.'.join(parts[: depth + 1])}" for depth in range(len(parts))]


def dataset_label(key: str) -> str:
    """Return the label that names one dataset."""
    return f"dataset:{label_value(key)}"


def field_label(key: str, path: str) -> str:
    """Return the label that names one field, by its dataset's key and its own path."""
    return f"field:{label_value(f'{key}#{path}')}"


def _named(prefix: str, text: str) -> str:
    """`label_value`, in SQL."""
    return (
        f"('{prefix}:' || CASE WHEN octet_length({text}) <= {LONGEST} THEN {text} "
        f"ELSE left({text}, 100) || '~' || md5({text}) END)"
    )


FIELD_LABEL = _named("field", "(d.key || '#' || f.path)")  # of a field `f` of a dataset `d`

# Of a dataset `d` (with id and key), its source `s`, its container `c`, its domain `o` and its product `p`.
DATASET_LABELS = f"""
    coalesce(c.labels, s.labels)
    || {_named("dataset", "d.key")}
    || CASE WHEN o.slug IS NULL THEN '{{}}'::text[] ELSE ARRAY['domain:' || o.slug] END
    || CASE WHEN p.slug IS NULL THEN '{{}}'::text[] ELSE ARRAY['product:' || p.slug] END
    || coalesce((SELECT array_agg('tag:' || t.slug ORDER BY t.slug) FROM catalog_datasettag dt
                 JOIN catalog_tag t ON t.id = dt.tag_id WHERE dt.dataset_id = d.id), '{{}}')
    || coalesce((SELECT array_agg(DISTINCT w.label ORDER BY w.label) FROM catalog_datasetclassification dc
                 JOIN catalog_classification k ON k.id = dc.classification_id
                 CROSS JOIN LATERAL {CLASS_LABELS} AS w(label)
                 WHERE dc.dataset_id = d.id), '{{}}')
    || coalesce((SELECT array_agg(DISTINCT w.label ORDER BY w.label) FROM catalog_formerdataset b
                 JOIN catalog_dataset g ON g.id = b.former_id CROSS JOIN LATERAL unnest(g.labels) AS w(label)
                 WHERE b.dataset_id = d.id AND (NOT b.settled OR starts_with(w.label, 'dataset:'))), '{{}}')
"""  # noqa: S608 - all of it stands here

# Those whose labels follow from the labels of the changed ones.
_DATASETS = f"""
    WITH changed AS (
        UPDATE catalog_dataset AS d SET labels = now.labels
        FROM (
            SELECT d.id, {DATASET_LABELS} AS labels
            FROM catalog_dataset d
            JOIN catalog_source s ON s.id = d.source_id
            LEFT JOIN catalog_container c ON c.id = d.container_id
            LEFT JOIN catalog_domain o ON o.id = coalesce(d.domain_id, s.domain_id)
            LEFT JOIN catalog_dataproduct p ON p.id = d.product_id
            WHERE {{scope}}
        ) AS now
        WHERE d.id = now.id AND d.labels <> now.labels
        RETURNING d.id
    )
    SELECT (SELECT count(*) FROM changed),
        ARRAY(SELECT b.dataset_id FROM catalog_formerdataset b JOIN changed ON changed.id = b.former_id)
"""  # noqa: S608 - all of it stands above

_FIELDS = f"""
    WITH named AS MATERIALIZED (
        SELECT label FROM permissions_optoutrule WHERE starts_with(label, 'field:')
        UNION SELECT label FROM permissions_ruleexception WHERE starts_with(label, 'field:')
    ), changed AS (
        UPDATE catalog_field AS f SET labels = now.labels
        FROM (
            SELECT f.id, ARRAY(
                SELECT w.label FROM catalog_fieldclassification fc
                JOIN catalog_classification k ON k.id = fc.classification_id
                CROSS JOIN LATERAL {CLASS_LABELS} AS w(label)
                WHERE fc.field_id = f.id AND fc.state IN ('suggested', 'confirmed')
                UNION SELECT n.label FROM named n JOIN catalog_dataset d ON d.id = f.dataset_id
                WHERE n.label = {FIELD_LABEL}
                UNION SELECT w.label FROM catalog_formerfield b JOIN catalog_field g ON g.id = b.former_id
                CROSS JOIN LATERAL unnest(g.labels) AS w(label)
                WHERE b.field_id = f.id AND (NOT b.settled OR starts_with(w.label, 'field:'))
                UNION SELECT w.label FROM catalog_formerdataset b
                JOIN catalog_field g ON g.dataset_id = b.former_id AND md5(g.path) = md5(f.path)
                CROSS JOIN LATERAL unnest(g.labels) AS w(label)
                WHERE b.dataset_id = f.dataset_id AND (NOT b.settled OR starts_with(w.label, 'field:'))
                ORDER BY 1
            ) AS labels
            FROM catalog_field f WHERE {{scope}}
        ) AS now
        WHERE f.id = now.id AND f.labels <> now.labels
        RETURNING f.id, f.dataset_id, f.path
    )
    SELECT (SELECT count(*) FROM changed), ARRAY(
        SELECT b.field_id FROM catalog_formerfield b JOIN changed ON changed.id = b.former_id
        UNION SELECT f.id FROM changed JOIN catalog_formerdataset b ON b.former_id = changed.dataset_id
        JOIN catalog_field f ON f.dataset_id = b.dataset_id AND md5(f.path) = md5(changed.path)
    )
"""  # noqa: S608 - all of it stands above


def refresh_dataset_labels(scope: str, parameters: Sequence[Any]) -> int:
    """Bring the labels of datasets in step with the facts; returns how many changed.

    `scope` is a condition on ``d`` (the dataset), ``s`` (its source), ``c`` (its container), ``o`` (its domain) and
    ``p`` (its product). Those that may be, or are, one of them under another name follow.
    """
    changed, followers = _run(_DATASETS, scope, parameters)
    if followers:
        refresh_dataset_labels("d.id = ANY(%s)", [followers])
    return changed


def refresh_field_labels(scope: str, parameters: Sequence[Any]) -> int:
    """Bring the labels of fields in step with their classifications and with the rules that name them.

    `scope` is a condition on ``f``. Those that may be, or are, one of them under another name follow.
    """
    changed, followers = _run(_FIELDS, scope, parameters)
    if followers:
        refresh_field_labels("f.id = ANY(%s)", [followers])
    return changed


def _run(statement: str, scope: str, parameters: Sequence[Any]) -> tuple[int, list[int]]:
    """Return how many rows changed, and which others follow."""
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{scope}", scope), parameters)
        changed, followers = cursor.fetchone()
        return int(changed), list(followers)
