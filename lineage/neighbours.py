"""What a dataset reads from and what reads from it, as far as one person may know."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from catalog.models import Dataset
from lineage.models import Edge

if TYPE_CHECKING:
    from catalog.querysets import DatasetQuerySet
    from permissions.access import Viewer

LONGEST = 50  # neighbours named in one direction


class Neighbours(NamedTuple):
    """The open ones, how many more there are, and how many are known of but closed, who stay nameless."""

    datasets: list[Dataset]
    more: int
    restricted: int


def upstream_of(viewer: Viewer, dataset: Dataset) -> Neighbours:
    """What `dataset` reads from."""
    edges = Edge.objects.current().visible_to(viewer).filter(downstream=dataset)
    return _neighbours(viewer, Dataset.objects.filter(pk__in=edges.values("upstream")))


def downstream_of(viewer: Viewer, dataset: Dataset) -> Neighbours:
    """What reads from `dataset`."""
    edges = Edge.objects.current().visible_to(viewer).filter(upstream=dataset)
    return _neighbours(viewer, Dataset.objects.filter(pk__in=edges.values("downstream")))


def _neighbours(viewer: Viewer, datasets: DatasetQuerySet) -> Neighbours:
    readable = datasets.readable_by(viewer)
    named = list(readable.with_context().order_by("name", "pk")[: LONGEST + 1])
    count = readable.count() if len(named) > LONGEST else len(named)
    closed = datasets.filter(~Q(pk__in=readable.values("pk"))).count()
    return Neighbours(named[:LONGEST], max(0, count - LONGEST), closed)
