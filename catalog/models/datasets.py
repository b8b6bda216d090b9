"""A dataset: what the source says of it, and what people say, in columns apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import MD5, Lower
from django.urls import reverse
from django.utils import timezone

from catalog.models import tracked
from catalog.models.feed import feed_triggers
from catalog.models.history import history_triggers, member_triggers
from catalog.models.sources import Container, Source
from catalog.models.vocabulary import Classification, DataProduct, Domain, Tag
from catalog.querysets import DatasetQuerySet
from permissions.models.grants import ANSWERING, Answerable, Duty
from permissions.querysets import Labelled

if TYPE_CHECKING:
    from permissions.access import Viewer


class Dataset(Labelled, Answerable):
    """A table, view, file set or stream.

    Names may be longer than a B-tree entry: paths are unique by their digest and keys are found by hash.
    """

    class Kind(models.TextChoices):
        TABLE = "table", "table"
        VIEW = "view", "view"
        MATERIALIZED_VIEW = "materialized_view", "materialized view"
        FOREIGN_TABLE = "foreign_table", "foreign table"
        FILE_SET = "file_set", "file set"
        STREAM = "stream", "stream"

    class Motion(models.TextChoices):
        AT_REST = "at_rest", "at rest"
        IN_MOTION = "in_motion", "in motion"

    class Nature(models.TextChoices):
        TRANSACTION = "transaction", "transaction data"
        INTERACTION = "interaction", "interaction data"

    class Delivery(models.TextChoices):
        BATCH = "batch", "batch"
        STREAMING = "streaming", "streaming"

    class Stage(models.TextChoices):
        CAPTURE = "capture", "capture"
        INGESTION = "ingestion", "ingestion"
        PREPARATION = "preparation", "preparation"
        ANALYSIS = "analysis", "analysis"
        EGRESS = "egress", "egress"

    class Lifecycle(models.TextChoices):
        DRAFT = "draft", "draft"
        ACTIVE = "active", "active"
        DEPRECATED = "deprecated", "deprecated"
        ARCHIVED = "archived", "archived"

    assigned = {"owner": ANSWERING, "steward": ANSWERING}
    lies_in = {"source": ("source_id",), "domain": ("domain_id", "source__domain_id")}
    duties = (Duty.CURATE, Duty.TRIAGE, Duty.MANAGE_RULES)

    # identity
    source = models.ForeignKey(Source, models.CASCADE, related_name="datasets", db_index=False)
    container = models.ForeignKey(Container, models.CASCADE, related_name="datasets", null=True)
    parent = models.ForeignKey("self", models.SET_NULL, related_name="parts", null=True, blank=True)
    name = models.TextField()
    path = models.TextField(help_text="Containers and name, joined, unique in the source.")
    key = models.TextField(help_text="The source's slug and the path: what people quote.")
    folded_key = models.GeneratedField(expression=Lower("key"), output_field=models.TextField(), db_persist=True)

    # harvested
    kind = models.CharField(max_length=17, choices=Kind)
    harvested_description = models.TextField(blank=True)
    harvested_owner = models.TextField(blank=True)
    sql = models.TextField(blank=True)
    row_estimate = models.BigIntegerField(null=True)
    size_bytes = models.BigIntegerField(null=True)
    partition_key = models.TextField(blank=True)
    sort_key = models.TextField(blank=True)
    details = models.JSONField(null=True)
    source_created_at = models.DateTimeField(null=True)
    source_modified_at = models.DateTimeField(null=True)
    field_count = models.PositiveIntegerField(default=0)
    fingerprint = models.TextField(blank=True, editable=False)
    schema_fingerprint = models.TextField(blank=True, editable=False)

    # human
    title = models.CharField(max_length=200, blank=True)
    human_description = models.TextField(blank=True)
    described_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    described_at = models.DateTimeField(null=True)
    grain = models.CharField(max_length=300, blank=True, help_text="What one record stands for.")
    domain = models.ForeignKey(Domain, models.SET_NULL, related_name="datasets", null=True, blank=True)
    product = models.ForeignKey(DataProduct, models.SET_NULL, related_name="datasets", null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="owned_datasets", null=True, blank=True
    )
    steward = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="stewarded_datasets", null=True, blank=True
    )
    motion = models.CharField(max_length=9, choices=Motion, default=Motion.AT_REST)
    nature = models.CharField(max_length=11, choices=Nature, blank=True)
    delivery = models.CharField(max_length=9, choices=Delivery, blank=True)
    stage = models.CharField(max_length=11, choices=Stage, blank=True)
    lifecycle = models.CharField(max_length=10, choices=Lifecycle, default=Lifecycle.ACTIVE)
    deprecation_note = models.TextField(blank=True)
    successor = models.ForeignKey("self", models.SET_NULL, related_name="predecessors", null=True, blank=True)
    certified_at = models.DateTimeField(null=True, blank=True)
    certified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True)
    certification_note = models.TextField(blank=True)
    certified_until = models.DateField(null=True, blank=True, help_text="When the certificate ends.")
    published_at = models.DateTimeField(null=True, blank=True)
    retire_on = models.DateField(null=True, blank=True, help_text="When it goes out of use.")
    readme = models.TextField(blank=True, db_default="", help_text="The long description; Markdown.")
    human_key = ArrayField(
        models.TextField(), default=list, blank=True, db_default=[], help_text="Fields that tell records apart."
    )
    human_sort_order = models.CharField(max_length=300, blank=True, db_default="")
    service = models.TextField(blank=True, db_default="", help_text="What its readers may count on; Markdown.")
    links = models.JSONField(
        default=list,
        blank=True,
        db_default=Value([], output_field=models.JSONField()),
        help_text="[title, address] pairs.",
    )
    licence = models.CharField(max_length=200, blank=True, db_default="")
    retention = models.CharField(max_length=200, blank=True, db_default="", help_text="How long its data is kept.")
    kept_over = models.JSONField(
        null=True, help_text="Digests of the source's words when people wrote theirs, by fact."
    )
    tags = models.ManyToManyField(Tag, through="DatasetTag", related_name="datasets")
    classifications = models.ManyToManyField(Classification, through="DatasetClassification", related_name="datasets")

    # times
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(null=True, help_text="When it was last seen, once it has vanished.")
    archived_at = models.DateTimeField(null=True)
    profiled_at = models.DateTimeField(null=True)
    popularity = models.PositiveIntegerField(default=0, help_text="People who opened it in the last 30 days.")

    objects: ClassVar[DatasetQuerySet] = DatasetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Labelled.Meta):
        indexes = [
            *Labelled.Meta.indexes,
            HashIndex(fields=["key"], name="dataset_key"),
            HashIndex(fields=["folded_key"], name="dataset_folded_key"),
            models.Index("popularity", "id", name="dataset_popularity"),
        ]
        constraints = [
            models.UniqueConstraint("source", MD5("path"), name="dataset_path_in_source"),
            models.CheckConstraint(condition=~Q(successor=F("id")), name="dataset_not_its_own_successor"),
            models.CheckConstraint(
                condition=Q(row_estimate__isnull=True) | Q(row_estimate__gte=0), name="dataset_rows_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(size_bytes__isnull=True) | Q(size_bytes__gte=0), name="dataset_size_not_negative"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *feed_triggers("id"),
            *history_triggers(
                "dataset", tracked.DATASET, dataset="ROW.id", name="ROW.key", labels="ROW.labels",
                usual={"motion": "at_rest", "lifecycle": "active"},
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("catalog:dataset", args=[self.pk])

    @property
    def description(self) -> str:
        """What the reader sees: a person's text before the source's."""
        return self.human_description or self.harvested_description

    @property
    def effective_domain(self) -> Domain | None:
        """Its own domain, or its source's."""
        return self.domain or self.source.domain

    def domain_known_to(self, viewer: Viewer) -> Domain | None:
        """Its domain, where it has one that the viewer may know of."""
        domain = self.effective_domain
        return domain if domain and domain.known_to(viewer) else None

    @property
    def responsible(self) -> object:
        """Whom to ask: its steward, its owner, its domain's steward, or its source's owner, in this order."""
        domain = self.effective_domain
        return self.steward or self.owner or (domain.steward if domain else None) or self.source.owner


class Origin(models.TextChoices):
    """Who says so; earlier ones prevail."""

    HUMAN = "human", "a person"
    RULE = "rule", "a rule"
    HARVEST = "harvest", "the source"


class DatasetTag(models.Model):
    """One tag on one dataset, and who put it there."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, db_index=False)
    tag = models.ForeignKey(Tag, models.CASCADE)
    origin = models.CharField(max_length=7, choices=Origin, default=Origin.HUMAN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "tag"], name="tag_once_on_dataset")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *feed_triggers("dataset_id"),
            *member_triggers("dataset", "tags", thing="dataset_id", member="tag_id", dataset="ROW.dataset_id"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset}: {self.tag}"


class DatasetClassification(models.Model):
    """One classification of a whole dataset."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, db_index=False)
    classification = models.ForeignKey(Classification, models.CASCADE)
    origin = models.CharField(max_length=7, choices=Origin, default=Origin.HUMAN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "classification"], name="class_once_on_dataset")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = member_triggers(
            "dataset", "classifications", thing="dataset_id", member="classification_id", dataset="ROW.dataset_id"
        )

    def __str__(self) -> str:
        return f"{self.dataset}: {self.classification}"
