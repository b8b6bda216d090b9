"""Datasets that vanished and appeared in one harvest and look alike: offered to a person as a rename."""

from __future__ import annotations

from typing import Any, cast

from django.db import connection

from catalog.former import hold_datasets
from core.names import join_path, split_path
from harvest.models import RenameGuess
from harvest.renames import DatasetShape, guess_dataset_renames

MOST = 2_000  # datasets on either side; beyond it a whole source moved, and guesses help nobody

_SHAPES = """
    SELECT d.id, d.path, d.kind,
        coalesce(array_agg(f.name ORDER BY f.position) FILTER (WHERE f.id IS NOT NULL), '{{}}'),
        coalesce(array_agg(f.type ORDER BY f.position) FILTER (WHERE f.id IS NOT NULL), '{{}}')
    FROM catalog_dataset d
    JOIN {chosen} ON c.id = d.id
    LEFT JOIN catalog_field f ON f.dataset_id = d.id AND f.parent_path = '' AND f.archived_at IS NULL
    GROUP BY d.id LIMIT %s
"""
_OLD = _SHAPES.format(chosen="stage_gone c")
_NEW = _SHAPES.format(chosen="(SELECT id FROM stage_match WHERE new) c")


def guess_renames(run_id: int) -> list[dict[str, Any]]:
    """Compare what is gone with what is new, keep the guesses for a person to decide, and return them for the diff."""
    old = _shapes(_OLD)
    new = _shapes(_NEW) if old else []
    if not old or not new or len(old) > MOST or len(new) > MOST:
        return []
    guesses = guess_dataset_renames(old, new)
    RenameGuess.objects.bulk_create(
        [
            RenameGuess(
                run_id=run_id,
                old_id=cast("int", guess.old),
                new_id=cast("int", guess.new),
                confidence=guess.confidence,
                why=guess.why,
            )
            for guess in guesses
        ],
        ignore_conflicts=True,
    )
    hold_datasets([(cast("int", guess.new), cast("int", guess.old)) for guess in guesses])
    paths = {shape.ref: join_path(shape.path) for shape in [*old, *new]}
    return [
        {"old": paths[guess.old], "new": paths[guess.new], "confidence": guess.confidence, "why": guess.why}
        for guess in guesses
    ]


def _shapes(statement: str) -> list[DatasetShape]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [MOST + 1])
        return [
            DatasetShape(pk, split_path(path), kind, tuple(zip(names, types, strict=True)))
            for pk, path, kind, names, types in cursor.fetchall()
        ]
