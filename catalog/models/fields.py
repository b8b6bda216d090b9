"""Fields of datasets, nested to any depth."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5, Left
from django.urls import reverse

from catalog.models import tracked
from catalog.models.datasets import Dataset, Origin
from catalog.models.feed import feed_triggers
from catalog.models.history import history_triggers, member_triggers
from catalog.models.sources import Source
from catalog.models.vocabulary import Classification
from catalog.querysets import NAME_START, FieldQuerySet
from core.names import split_path
from permissions.querysets import Labelled


class Field(Labelled):
    """A column or a part of one; nested fields name the field around them by its path."""

    label_paths = ("labels", "dataset__labels")

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="fields", db_index=False)
    path = models.TextField()
    parent_path = models.TextField(blank=True)
    name = models.TextField()
    position = models.PositiveIntegerField()

    native_type = models.TextField()
    type = models.CharField(max_length=12)
    nullable = models.BooleanField()
    default = models.TextField(blank=True)
    generated = models.TextField(blank=True)
    key_position = models.PositiveSmallIntegerField(null=True, help_text="In the primary key.")
    unique = models.BooleanField(default=False)
    partition_position = models.PositiveSmallIntegerField(null=True)
    sort_position = models.PositiveSmallIntegerField(null=True)
    harvested_description = models.TextField(blank=True)
    details = models.JSONField(null=True)

    human_description = models.TextField(blank=True)
    described_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    described_at = models.DateTimeField(null=True)
    kept_over = models.JSONField(
        null=True, help_text="Digests of the source's words when people wrote theirs, by fact."
    )
    classifications = models.ManyToManyField(Classification, through="FieldClassification", related_name="fields")
    archived_at = models.DateTimeField(null=True)

    objects: ClassVar[FieldQuerySet] = FieldQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint("dataset", MD5("path"), name="field_path_in_dataset")]
        indexes = [
            models.Index(fields=["dataset"], name="field_labelled", condition=~Q(labels=[])),
            GinIndex(fields=["labels"], name="field_labels", condition=~Q(labels=[])),  # few carry any
            models.Index(Left("name", NAME_START), name="field_name_start"),  # names may be longer than its entries
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *feed_triggers("dataset_id"),
            *history_triggers(
                "field", tracked.FIELD, dataset="ROW.dataset_id",
                name="(SELECT d.key FROM catalog_dataset d WHERE d.id = ROW.dataset_id) || '#' || ROW.path",
                labels="(SELECT d.labels FROM catalog_dataset d WHERE d.id = ROW.dataset_id) || ROW.labels",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.dataset_id}.{self.path}"

    def get_absolute_url(self) -> str:
        return reverse("catalog:field", args=[self.dataset_id, self.pk])

    @property
    def description(self) -> str:
        """What the reader sees: a person's text before the source's."""
        return self.human_description or self.harvested_description

    @property
    def depth(self) -> int:
        """How many fields are around it: 0 at the top."""
        return len(self.parents)

    @property
    def parents(self) -> tuple[str, ...]:
        return split_path(self.parent_path) if self.parent_path else ()


class FieldClassification(models.Model):
    """A classification of a field, suggested by recognition or stated by a person.

    A suggestion counts, as a label, from the moment it is made until somebody rejects it. One is withheld that people
    have refused often enough elsewhere in the source: `catalog.classifying.learning` says when.
    """

    class State(models.TextChoices):
        SUGGESTED = "suggested", "suggested"
        CONFIRMED = "confirmed", "confirmed"
        REJECTED = "rejected", "rejected"
        WITHHELD = "withheld", "not suggested"

    COUNTING = (State.SUGGESTED, State.CONFIRMED)
    DECIDED = (State.CONFIRMED, State.REJECTED)

    field = models.ForeignKey(Field, models.CASCADE, related_name="classified", db_index=False)
    classification = models.ForeignKey(Classification, models.CASCADE, related_name="classified")
    state = models.CharField(max_length=9, choices=State, default=State.SUGGESTED)
    origin = models.CharField(max_length=7, choices=Origin, default=Origin.HARVEST)
    category = models.CharField(max_length=60, blank=True)
    confidence = models.FloatField(null=True)
    evidence = models.JSONField(default=list)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["field", "classification"], name="class_once_on_field"),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
                name="class_confidence_range",
            ),
        ]
        indexes = [models.Index(fields=["decided_by"], name="class_refused", condition=Q(state="rejected"))]
        triggers: ClassVar[list[pgtrigger.Trigger]] = member_triggers(
            "field", "classifications", thing="field_id", member="classification_id", state="state",
            dataset="(SELECT f.dataset_id FROM catalog_field f WHERE f.id = ROW.field_id)",
            part="(SELECT '#' || f.path FROM catalog_field f WHERE f.id = ROW.field_id)",
            unless="ROW.state IN ('suggested', 'withheld')",
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.field}: {self.classification}"


class ForgottenRefusals(models.Model):
    """What was refused of a name in a source up to then says nothing about later suggestions any more."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="+", db_index=False)
    name = models.TextField(help_text="Of the fields, in small letters.")
    category = models.CharField(max_length=60)
    forgotten_at = models.DateTimeField()
    forgotten_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)

    class Meta:
        constraints = [models.UniqueConstraint("source", "category", MD5("name"), name="refusals_forgotten_once")]

    def __str__(self) -> str:
        return f"{self.name} as {self.category}"
