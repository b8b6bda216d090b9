"""Containers, outermost first, with the labels that everything in them inherits."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from catalog.labels import container_labels
from catalog.models import Container, Source
from core.names import split_path


def apply_containers(source: Source) -> None:
    """Write the staged containers, level by level."""
    _describe_root(source)
    known = {row.path: row for row in Container.objects.filter(source=source)}
    staged = _staged()
    for depth in sorted({row[1] for row in staged}):
        _write_level(source, known, [row for row in staged if row[1] == depth])


def archive_containers(source: Source, now: datetime) -> None:
    """Archive the containers that the source no longer has, once nothing present is left in them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE catalog_container c SET archived_at = %s
            WHERE c.source_id = %s AND c.archived_at IS NULL
                AND NOT EXISTS (SELECT FROM stage_container s WHERE s.path = c.path)
                AND NOT EXISTS (SELECT FROM catalog_dataset d WHERE d.container_id = c.id AND d.archived_at IS NULL)
            """,
            [now, source.pk],
        )


def _staged() -> list[tuple[str, int, str, str, str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (path) path, depth, parent_path, name, kind, comment, owner"
            " FROM stage_container WHERE depth > 0 ORDER BY path"
        )
        return list(cursor.fetchall())


def _write_level(
    source: Source, known: dict[str, Container], level: list[tuple[str, int, str, str, str, str, str]]
) -> None:
    written = []
    for path, _, parent_path, name, kind, comment, owner in level:
        parent = known.get(parent_path) if parent_path else None
        labels = container_labels(source.slug, split_path(path))
        values = {"parent": parent, "name": name, "kind": kind, "labels": labels, "archived_at": None}
        values |= {"harvested_description": comment, "harvested_owner": owner}
        row = known.get(path) or Container(source=source, path=path)
        if row.pk is None or any(getattr(row, name) != value for name, value in values.items()):
            for attribute, value in values.items():
                setattr(row, attribute, value)
            written.append(row)
        known[path] = row
    _save(written)


def _save(rows: list[Container]) -> None:
    Container.objects.bulk_create([row for row in rows if row.pk is None], batch_size=1000)
    columns = ["parent", "name", "kind", "labels", "archived_at", "harvested_description", "harvested_owner"]
    Container.objects.bulk_update([row for row in rows if row.pk is not None], columns, batch_size=1000)


def _describe_root(source: Source) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT comment FROM stage_container WHERE depth = 0 AND comment <> ''")
        row = cursor.fetchone()
    if row and not source.description:
        source.description = row[0]
        source.save(update_fields=["description"])
