"""Fields of new and changed datasets; a vanished field is archived with what people wrote about it."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

# Position in the primary key, and whether the field alone is unique, for the fields of which either is so.
_KEYS = """
    CREATE TEMPORARY TABLE stage_key AS
    SELECT ref, name, max(position)::smallint AS position, bool_or(single) AS single FROM (
        SELECT c.ref, k.name, CASE WHEN c.kind = 'primary' THEN k.position END AS position,
            cardinality(c.fields) = 1 AS single
        FROM stage_constraint c, unnest(c.fields) WITH ORDINALITY AS k(name, position)
        WHERE c.kind IN ('primary', 'unique')
        UNION ALL
        SELECT i.ref, i.fields[1], NULL, true FROM stage_index i
        WHERE i.unique_ AND cardinality(i.fields) = 1 AND i.definition = ''
    ) AS part GROUP BY ref, name
"""

_SOURCE = """
    FROM stage_field s
    JOIN stage_match m ON m.ref = s.ref AND {which}
    LEFT JOIN stage_key k ON k.ref = s.ref AND k.name = s.name AND s.parent_path = ''
"""

_INSERT = f"""
    INSERT INTO catalog_field (
        dataset_id, path, parent_path, name, position, native_type, type, nullable, "default", generated,
        harvested_description, details, key_position, "unique", partition_position, sort_position, labels,
        human_description)
    SELECT m.id, s.path, s.parent_path, s.name, s.position, s.native_type, s.type, s.nullable, s.default_,
        s.generated, s.comment, s.details, k.position, coalesce(k.single, false),
        (s.details->>'partition_position')::smallint, (s.details->>'sort_position')::smallint, '{{{{}}}}', ''
    {_SOURCE}
"""
_INSERT_NEW = _INSERT.format(which="m.new")
_INSERT_MISSING = (
    _INSERT.format(which="m.changed AND NOT m.new")
    + " WHERE NOT EXISTS (SELECT FROM catalog_field f WHERE f.dataset_id = m.id AND f.path = s.path)"
)

_COLUMNS = (
    ("parent_path", "s.parent_path"), ("name", "s.name"), ("position", "s.position"),
    ("native_type", "s.native_type"), ("type", "s.type"), ("nullable", "s.nullable"), ('"default"', "s.default_"),
    ("generated", "s.generated"), ("harvested_description", "s.comment"), ("details", "s.details"),
    ("key_position", "k.position"), ('"unique"', "coalesce(k.single, false)"),
    ("partition_position", "(s.details->>'partition_position')::smallint"),
    ("sort_position", "(s.details->>'sort_position')::smallint"), ("archived_at", "NULL::timestamptz"),
)  # fmt: skip

_UPDATE = f"""
    UPDATE catalog_field f SET {", ".join(f"{column} = {value}" for column, value in _COLUMNS)}
    {_SOURCE.format(which="m.changed AND NOT m.new")}
    WHERE f.dataset_id = m.id AND f.path = s.path
        AND ({", ".join(f"f.{column}" for column, _ in _COLUMNS)})
        IS DISTINCT FROM ({", ".join(value for _, value in _COLUMNS)})
"""  # noqa: S608 - all of it stands above

_ARCHIVE = """
    UPDATE catalog_field f SET archived_at = %(now)s
    FROM stage_match m
    WHERE f.dataset_id = m.id AND m.changed AND NOT m.new AND f.archived_at IS NULL
        AND NOT EXISTS (SELECT FROM stage_field s WHERE s.ref = m.ref AND s.path = f.path)
"""


def apply_fields(now: datetime) -> None:
    """Write the fields of datasets that are new or changed."""
    with connection.cursor() as cursor:
        cursor.execute(_KEYS)
        cursor.execute("ANALYZE stage_key")
        cursor.execute(_INSERT_NEW)
        cursor.execute(_UPDATE)
        cursor.execute(_INSERT_MISSING)
        cursor.execute(_ARCHIVE, {"now": now})
