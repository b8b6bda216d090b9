"""What a dataset reads from and what reads from it, as far as one person may know."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from catalog.models import Dataset
from lineage.models import Edge
from permissions.levels import Level
from permissions.things import ask_url

if TYPE_CHECKING:
    from catalog.querysets import DatasetQuerySet
    from permissions.access import Viewer

LONGEST = 50  # neighbours named in one direction
ASKED_FOR = 10  # closed ones with a way to ask


class Neighbours(NamedTuple):
    """The open ones, how many more there are, and how many are known of but closed, who stay nameless.

    `asking` are the addresses at which access to the first of the closed ones can be asked for.
    """

    datasets: list[Dataset]
    more: int
    restricted: int
    asking: list[str]


def upstream_of(viewer: Viewer, dataset: Dataset) -> Neighbours:
    """What `dataset` reads from."""
    edges = Edge.objects.current().visible_to(viewer).filter(downstream__dataset=dataset)
    return _neighbours(viewer, Dataset.objects.filter(pk__in=edges.values("upstream__dataset")))


def downstream_of(viewer: Viewer, dataset: Dataset) -> Neighbours:
    """What reads from `dataset`."""
    edges = Edge.objects.current().visible_to(viewer).filter(upstream__dataset=dataset)
    return _neighbours(viewer, Dataset.objects.filter(pk__in=edges.values("downstream__dataset")))


def _neighbours(viewer: Viewer, datasets: DatasetQuerySet) -> Neighbours:
    readable = datasets.readable_by(viewer)
    named = list(readable.with_context().order_by("name", "pk")[: LONGEST + 1])
    count = readable.count() if len(named) > LONGEST else len(named)
    closed = datasets.visible_to(viewer).filter(~Q(pk__in=readable.values("pk")))
    ids = list(closed.order_by("pk").values_list("pk", flat=True)[: LONGEST + 1])
    asking = [ask_url(f"dataset:{pk}", Level.READ) for pk in ids[:ASKED_FOR]]
    restricted = closed.count() if len(ids) > LONGEST else len(ids)
    return Neighbours(named[:LONGEST], max(0, count - LONGEST), restricted, asking)
