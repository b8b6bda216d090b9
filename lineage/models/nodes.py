"""What lineage runs between: datasets of the catalog, and names of what is not in it, or not yet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5
from django.utils import timezone

from catalog.models import Dataset, Source
from permissions.querysets import Guarded, Labelled, LabelledQuerySet


class Node(Labelled):
    """A dataset, or a name that nothing in the catalog has; it becomes the dataset once that appears.

    A mere name inside a registered source carries the labels that a dataset there would: it is as hidden.
    """

    label_paths = ("labels", "dataset__labels")

    dataset = models.OneToOneField(Dataset, models.CASCADE, related_name="node", null=True)
    namespace = models.TextField(blank=True, help_text="As it was first told; empty for what a harvest found.")
    name = models.TextField(blank=True)
    key = models.TextField(
        blank=True, help_text="The folded key of the dataset it would be, or the namespace and the name, folded."
    )
    source = models.ForeignKey(Source, models.SET_NULL, related_name="+", null=True)
    first_seen_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[LabelledQuerySet[Node]] = LabelledQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(MD5("key"), name="node_once_by_key", condition=Q(dataset=None)),
            models.CheckConstraint(condition=Q(dataset__isnull=False) | ~Q(key=""), name="node_is_named"),
        ]

    def __str__(self) -> str:
        return self.dataset.key if self.dataset else self.name

    def carried_labels(self) -> frozenset[str]:
        return frozenset([*self.labels, *(self.dataset.labels if self.dataset else ())])

    def asked_as(self) -> Guarded:
        return self.dataset or self


class NamespaceAlias(models.Model):
    """Another name of where a source is: events that name it mean datasets of this source."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="namespace_aliases")
    namespace = models.TextField(help_text="As `lineage.naming.normal_namespace` writes it.")
    root = models.CharField(max_length=500, blank=True, help_text="The database or folder, where names begin with one.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "namespace aliases"
        constraints = [
            models.UniqueConstraint(MD5("namespace"), "source", "root", name="alias_once_in_source"),
            models.CheckConstraint(condition=~Q(namespace=""), name="alias_names_something"),
        ]

    def __str__(self) -> str:
        return f"{self.namespace} → {self.source_id}"


class QueryReading(models.Model):
    """What came of reading a view's query: kept, so that it is read again only when it or its inputs change."""

    dataset = models.OneToOneField(Dataset, models.CASCADE, related_name="query_reading")
    digest = models.TextField(help_text="Of the query, its dialect and the schemas of what it reads.")
    problem = models.TextField(blank=True)
    line = models.PositiveIntegerField(null=True)
    column = models.PositiveIntegerField(null=True)
    read_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.dataset_id}: {self.problem or 'read'}"
