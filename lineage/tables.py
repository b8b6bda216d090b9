"""Lineage as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models.functions import Coalesce

from core.api.query import Query, flag
from core.tabular.collections import Collection, Column, Kind
from lineage.models import Edge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lineage.models.edges import EdgeQuerySet
    from permissions.access import Viewer


class EdgeTableQuery(Query):
    closed = flag("That held once, or that hold now; those that hold now when not given.")


def rows(viewer: Viewer, wanted: Mapping[str, Any]) -> EdgeQuerySet:
    """Edges of which the viewer may read about both ends."""
    return Edge.objects.readable_by(viewer).filter(closed_at__isnull=not wanted.get("closed", False))


def _name(end: str) -> Callable[[Viewer], Any]:
    return lambda viewer: Coalesce(f"{end}__dataset__key", f"{end}__name")


COLLECTIONS = (
    Collection(
        name="lineage",
        title="Lineage",
        about="Which dataset reads from which.",
        key=("upstream", "downstream", "origin"),
        rows=rows,
        order=("pk",),
        query=EdgeTableQuery,
        columns=(
            Column(
                "upstream", _name("upstream"), "The key of the dataset that is read, or a name that is in no source."
            ),
            Column("downstream", _name("downstream"), "The dataset that reads it."),
            Column("origin", "origin", "Who or what says so.", word=True),
            Column("first_seen_at", "first_seen_at", "Since when.", Kind.MOMENT),
            Column("closed_at", "closed_at", "Until when.", Kind.MOMENT),
        ),
    ),
)
