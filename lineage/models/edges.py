"""One dataset reads from another."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalog.models import Dataset
from permissions.querysets import Guarded, LabelledQuerySet


class EdgeQuerySet(LabelledQuerySet["Edge"]):
    def current(self) -> EdgeQuerySet:
        """Edges that hold now."""
        return self.filter(closed_at=None)


class Edge(Guarded):
    """`downstream` reads from `upstream`; an edge is closed, never deleted. It is as hidden as either end."""

    label_paths = ("upstream__labels", "downstream__labels")

    class Origin(models.TextChoices):
        VIEW = "view", "the source's own record of a view"

    upstream = models.ForeignKey(Dataset, models.CASCADE, related_name="downstream_edges", db_index=False)
    downstream = models.ForeignKey(Dataset, models.CASCADE, related_name="upstream_edges")
    origin = models.CharField(max_length=5, choices=Origin)
    fields = ArrayField(models.TextField(), default=list, help_text="Fields of the upstream dataset that are read.")
    first_seen_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[EdgeQuerySet] = EdgeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["upstream", "downstream", "origin"], name="edge_once_open", condition=Q(closed_at=None)
            ),
            models.CheckConstraint(condition=~Q(upstream=F("downstream")), name="edge_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.upstream_id} → {self.downstream_id}"
