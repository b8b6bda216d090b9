"""Constraints, indexes and routines: nobody writes on them, so those of changed datasets are replaced."""

from __future__ import annotations

from django.db import connection

from catalog.models import Source

_STATEMENTS = (
    "DELETE FROM catalog_constraint t USING stage_match m WHERE t.dataset_id = m.id AND m.changed AND NOT m.new",
    "DELETE FROM catalog_index t USING stage_match m WHERE t.dataset_id = m.id AND m.changed AND NOT m.new",
    """
    INSERT INTO catalog_constraint (dataset_id, name, kind, fields, definition, ref_dataset_id, ref_fields)
    SELECT m.id, s.name, s.kind, s.fields, s.definition, r.id, s.ref_fields
    FROM stage_constraint s
    JOIN stage_match m ON m.ref = s.ref AND m.changed
    LEFT JOIN stage_match r ON r.ref = s.ref_ref
    """,
    """
    INSERT INTO catalog_index (dataset_id, name, fields, "unique", method, definition)
    SELECT m.id, s.name, s.fields, s.unique_, s.method, s.definition
    FROM stage_index s JOIN stage_match m ON m.ref = s.ref AND m.changed
    """,
)

_ROUTINES = (
    """
    DELETE FROM catalog_routine t WHERE t.source_id = %(source)s AND NOT EXISTS (
        SELECT FROM stage_routine s
        WHERE (s.path, s.kind, s.arguments, s.returns, s.language, s.comment)
            = (t.path, t.kind, t.arguments, t.returns, t.language, t.harvested_description))
    """,
    """
    INSERT INTO catalog_routine (source_id, path, kind, arguments, returns, language, harvested_description)
    SELECT DISTINCT %(source)s, s.path, s.kind, s.arguments, s.returns, s.language, s.comment FROM stage_routine s
    WHERE NOT EXISTS (
        SELECT FROM catalog_routine t WHERE t.source_id = %(source)s
            AND (s.path, s.kind, s.arguments, s.returns, s.language, s.comment)
            = (t.path, t.kind, t.arguments, t.returns, t.language, t.harvested_description))
    """,
)


def apply_keys(source: Source) -> None:
    """Replace the constraints and indexes of changed datasets, and bring routines in step."""
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement)
        for statement in _ROUTINES:
            cursor.execute(statement, {"source": source.pk})
