"""Schema versions: one for every new or reshaped dataset, with what changed since the one before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from catalog.former import FieldName, hold_fields
from catalog.models import SchemaVersion
from catalog.schema_diff import FieldState, classify, diff, to_json

_FIRST = """
    INSERT INTO catalog_schemaversion (dataset_id, number, created_at, changes, change_class)
    SELECT id, 1, %(now)s, '[]', 'none' FROM stage_match WHERE new
"""

# The latest version has no snapshot of its own: before its fields change, what they were is kept with it.
_KEEP = """
    UPDATE catalog_schemaversion v SET fields = before.fields
    FROM (
        SELECT m.id, coalesce(jsonb_agg(jsonb_build_array(f.path, f.native_type, f.type, f.nullable,
            f.key_position IS NOT NULL, f.position, f."default", f.generated) ORDER BY f.position)
            FILTER (WHERE f.id IS NOT NULL), '[]') AS fields
        FROM stage_match m LEFT JOIN catalog_field f ON f.dataset_id = m.id AND f.archived_at IS NULL
        WHERE m.reshaped AND NOT m.new GROUP BY m.id
    ) AS before
    WHERE v.dataset_id = before.id AND v.fields IS NULL
    RETURNING v.dataset_id, v.number, v.fields
"""

_NOW = """
    SELECT m.id, s.path, coalesce((
        SELECT jsonb_agg(jsonb_build_array(f.path, f.native_type, f.type, f.nullable, k.position IS NOT NULL,
            f.position, f.default_, f.generated) ORDER BY f.position)
        FROM stage_field f LEFT JOIN stage_key k ON k.ref = f.ref AND k.name = f.name AND f.parent_path = ''
        WHERE f.ref = m.ref), '[]')
    FROM stage_match m JOIN stage_dataset s ON s.ref = m.ref WHERE m.reshaped AND NOT m.new
"""


class Reshaped(NamedTuple):
    """A dataset whose schema changed, and how."""

    dataset_id: int
    path: str
    changes: list[dict[str, Any]]
    change_class: str


class Kept(NamedTuple):
    """The version of a dataset that is about to be succeeded."""

    number: int
    fields: list[list[Any]]


def keep_versions() -> dict[int, Kept]:
    """Keep what reshaped datasets look like, before their fields are written anew; by dataset."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP)
        return {dataset_id: Kept(number, json.loads(fields)) for dataset_id, number, fields in cursor.fetchall()}


def apply_versions(now: datetime, kept: dict[int, Kept]) -> list[Reshaped]:
    """Write a version for each new or reshaped dataset; returns the reshaped ones."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, {"now": now})
        cursor.execute(_NOW)
        reshaped = [_compare(pk, path, kept, json.loads(fields)) for pk, path, fields in cursor.fetchall()]
    SchemaVersion.objects.bulk_create(
        [
            SchemaVersion(
                dataset_id=item.dataset_id,
                number=kept[item.dataset_id].number + 1 if item.dataset_id in kept else 1,
                created_at=now,
                changes=item.changes,
                change_class=item.change_class,
            )
            for item in reshaped
        ],
        batch_size=1000,
    )
    hold_fields([name for item in reshaped for name in _renamed(item)])
    return reshaped


def _renamed(item: Reshaped) -> Iterator[FieldName]:
    for change in item.changes:
        if change["kind"] == "renamed":
            yield FieldName(item.dataset_id, change["before"], change["after"])


def _compare(dataset_id: int, path: str, kept: dict[int, Kept], fields: list[list[Any]]) -> Reshaped:
    before = kept.get(dataset_id)
    changes = diff(_states(before.fields), _states(fields)) if before else ()
    return Reshaped(dataset_id, path, to_json(changes), classify(changes))


def _states(snapshot: list[list[Any]]) -> tuple[FieldState, ...]:
    return tuple(FieldState(*row) for row in snapshot)
