"""One dataset reads from another, and one field from another."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5
from django.utils import timezone

from lineage.models.changes import CHANGES
from lineage.models.jobs import Job
from lineage.models.nodes import Node
from permissions.querysets import Guarded, LabelledQuerySet


class EdgeQuerySet(LabelledQuerySet["Edge"]):
    def current(self) -> EdgeQuerySet:
        """Edges that hold now."""
        return self.filter(closed_at=None)

    def as_of(self, moment: datetime) -> EdgeQuerySet:
        """Edges that held at `moment`, as far as anybody had seen."""
        return self.filter(Q(closed_at=None) | Q(closed_at__gt=moment), first_seen_at__lte=moment)


class Edge(Guarded):
    """`downstream` reads from `upstream`, says `origin`; closed, never deleted. It is as hidden as either end.

    What several origins say stands side by side. `last_seen_at` is empty where whoever said so is looked at again at
    every harvest, and says so still.
    """

    label_sides = (
        ("upstream__labels", "upstream__dataset__labels"),
        ("downstream__labels", "downstream__dataset__labels"),
    )
    label_paths = (*label_sides[0], *label_sides[1])

    class Origin(models.TextChoices):
        VIEW = "view", "the source's own record of a view"
        SCRIPT = "script", "a script"
        QUERY_LOG = "query_log", "a query log"
        DBT = "dbt", "dbt"
        OPENLINEAGE = "openlineage", "OpenLineage"
        API = "api", "a program"
        HAND = "hand", "a person"

    upstream = models.ForeignKey(Node, models.CASCADE, related_name="downstream_edges", db_index=False)
    downstream = models.ForeignKey(Node, models.CASCADE, related_name="upstream_edges", db_index=False)
    origin = models.CharField(max_length=11, choices=Origin)
    job = models.ForeignKey(Job, models.CASCADE, related_name="edges", null=True)
    fields = ArrayField(models.TextField(), default=list, help_text="Fields of the upstream dataset that are read.")
    evidence = models.JSONField(default=dict, help_text="Which statement, event or record says so.")
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    reason = models.TextField(blank=True, help_text="Why the person says so.")
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[EdgeQuerySet] = EdgeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        triggers = CHANGES
        indexes = [  # both directions are walked by the index alone
            models.Index(fields=["upstream", "downstream", "closed_at"], name="edge_down"),
            models.Index(fields=["downstream", "upstream", "closed_at"], name="edge_up"),
            models.Index(fields=["stated_by"], name="edge_stated_by", condition=~Q(stated_by=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["upstream", "downstream", "origin", "job"],
                name="edge_once_open",
                condition=Q(closed_at=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=~Q(upstream=F("downstream")), name="edge_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.upstream_id} → {self.downstream_id}"


class FieldEdge(models.Model):
    """A field downstream that comes from a field upstream, by the edge between their datasets, which says who says so.

    An empty `downstream_path` is the whole dataset: the field upstream only decides which rows there are. `start` and
    `end` are where the code of the job, or the view's query, says it.
    """

    class Step(models.TextChoices):
        """How a field takes part: OpenLineage's words, as in `lineage.sql`."""

        IDENTITY = "identity", "taken as it is"
        TRANSFORMATION = "transformation", "transformed"
        AGGREGATION = "aggregation", "aggregated"
        CONDITIONAL = "conditional", "decides which value"
        WINDOW = "window", "orders or partitions a window"
        FILTER = "filter", "filters rows"
        JOIN = "join", "joins rows"
        GROUP_BY = "group_by", "groups rows"
        SORT = "sort", "sorts rows"

    edge = models.ForeignKey(Edge, models.CASCADE, related_name="field_edges", db_index=False)
    upstream_path = models.TextField()
    downstream_path = models.TextField(blank=True)
    step = models.CharField(max_length=14, choices=Step)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["edge"], name="field_edge_of_edge")]
        constraints = [
            models.UniqueConstraint(
                "edge", MD5("upstream_path"), MD5("downstream_path"), "step",
                name="field_edge_once_open", condition=Q(closed_at=None),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.upstream_path} → {self.downstream_path}"
