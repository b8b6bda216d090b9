"""Registered sources and the containers in them."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5
from django.urls import reverse

from catalog.models.feed import rename_trigger
from catalog.models.vocabulary import Domain, keep_slug
from catalog.querysets import SourceQuerySet
from core.secrets import seal, unseal
from permissions.models.grants import ANSWERING, Answerable, Duty
from permissions.querysets import Labelled, LabelledQuerySet


class Source(Labelled, Answerable):
    """A system that datasets are harvested from, or pushed by."""

    assigned = {"owner": ANSWERING | {Duty.MANAGE_SOURCE}}
    lies_in = {"domain": ("domain_id",)}

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40, help_text="The connector's key.")
    config = models.JSONField(default=dict, blank=True, help_text="How to reach it, without secrets.")
    sealed = models.TextField(blank=True, editable=False, help_text="The secrets, encrypted.")
    include = ArrayField(models.CharField(max_length=500), default=list, blank=True)
    exclude = ArrayField(models.CharField(max_length=500), default=list, blank=True)
    description = models.TextField(blank=True)
    version = models.CharField(max_length=200, blank=True, help_text="What the connector reached.")
    domain = models.ForeignKey(
        Domain, models.SET_NULL, null=True, blank=True, help_text="Of its datasets, unless one says otherwise."
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="owned_sources", null=True, blank=True
    )
    samples = models.BooleanField("take samples and profiles", default=True)
    vanish_percent = models.PositiveSmallIntegerField(
        default=30,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="A harvest in which more of the datasets would vanish stops and asks.",
    )
    signature = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[SourceQuerySet] = SourceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Labelled.Meta):
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(vanish_percent__lte=100), name="source_vanish_percent_range")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            rename_trigger(("name", "domain"), "SELECT id FROM catalog_dataset WHERE source_id = NEW.id"),
            keep_slug(),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("harvest:source", args=[self.slug])

    def save(self, **kwargs: Any) -> None:
        self.labels = [f"source:{self.slug}"]
        super().save(**kwargs)

    @property
    def secrets(self) -> dict[str, Any]:
        """The decrypted secrets. Raises `core.secrets.UnreadableSecret`."""
        return unseal(self.sealed)

    @secrets.setter
    def secrets(self, value: dict[str, Any]) -> None:
        self.sealed = seal(value)


class Container(Labelled):
    """A database, schema or folder of a source; its path is joined by `core.names.join_path`."""

    class Kind(models.TextChoices):
        DATABASE = "database", "database"
        SCHEMA = "schema", "schema"
        FOLDER = "folder", "folder"

    source = models.ForeignKey(Source, models.CASCADE, related_name="containers", db_index=False)
    parent = models.ForeignKey("self", models.CASCADE, related_name="children", null=True)
    path = models.TextField()
    name = models.TextField()
    kind = models.CharField(max_length=8, choices=Kind)
    harvested_description = models.TextField(blank=True)
    harvested_owner = models.TextField(blank=True)
    archived_at = models.DateTimeField(null=True)

    objects: ClassVar[LabelledQuerySet[Container]] = LabelledQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Labelled.Meta):
        constraints = [
            models.UniqueConstraint("source", MD5("path"), name="container_path_in_source"),
            models.CheckConstraint(condition=Q(kind__in=["database", "schema", "folder"]), name="container_kind_known"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            rename_trigger(("path",), "SELECT id FROM catalog_dataset WHERE container_id = NEW.id")
        ]

    def __str__(self) -> str:
        return self.path
