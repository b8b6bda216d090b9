"""The words people group and mark data with."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from catalog.models import tracked
from catalog.models.feed import rename_trigger
from catalog.models.history import history_triggers
from catalog.querysets import DomainQuerySet, ProductQuerySet
from permissions.access import Viewer, denials_of
from permissions.levels import Level
from permissions.models.grants import ANSWERING, Answerable


def keep_slug() -> pgtrigger.Trigger:
    """Return a trigger that lets nobody change the short name: labels are made of it, and rules name those."""
    return pgtrigger.ReadOnly(name="keep_slug", fields=["slug"])


class Domain(Answerable):
    """A part of the business that owns data and its meaning."""

    class Openness(models.TextChoices):
        WIKI = "wiki", "Anybody who may read it edits"
        SUGGESTIONS = "suggestions", "Anybody suggests, stewards decide"
        STEWARDS = "stewards", "Stewards alone"

    assigned = {"steward": ANSWERING}
    within = "parent"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120, unique=True)
    description = models.TextField(blank=True)
    parent = models.ForeignKey("self", models.PROTECT, related_name="children", null=True, blank=True)
    steward = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="stewarded_domains", null=True, blank=True
    )
    openness = models.CharField(
        "who edits", max_length=11, choices=Openness, default=Openness.SUGGESTIONS, db_default=Openness.SUGGESTIONS
    )

    objects: ClassVar[DomainQuerySet] = DomainQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(parent=models.F("id")), name="domain_not_its_own_parent")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            rename_trigger(
                ("name",),
                """
                SELECT d.id FROM catalog_dataset d JOIN catalog_source s ON s.id = d.source_id
                WHERE coalesce(d.domain_id, s.domain_id) = NEW.id
                """,
            ),
            keep_slug(),
            *history_triggers(
                "domain", tracked.DOMAIN, name="ROW.slug", labels="array['domain:' || ROW.slug]", whole=True
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:domain", args=[self.slug])

    def clean(self) -> None:
        """Raise `ValidationError` for a domain that would lie in itself, over however many others."""
        above, met = self.parent, set[int]()
        while above is not None and above.pk not in met:
            if above.pk == self.pk:
                raise ValidationError({"parent": "That one lies in this one already: they would form a circle."})
            met.add(above.pk)
            above = above.parent

    def known_to(self, viewer: Viewer) -> bool:
        """Whether the viewer may know of it, as `DomainQuerySet.visible_to` says of many."""
        return denials_of(viewer).allow(self.carried_labels(), Level.DISCOVER)

    def carried_labels(self) -> frozenset[str]:
        """The label that what is in it carries."""
        return frozenset([f"domain:{self.slug}"])


class DataProduct(models.Model):
    """A set of datasets that a domain offers as one thing, with an owner who answers for it."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    domain = models.ForeignKey(Domain, models.PROTECT, related_name="products")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="owned_products", null=True, blank=True
    )
    promise = models.TextField(blank=True, db_default="", help_text="What its readers may count on; Markdown.")
    audience = models.CharField(max_length=300, blank=True, db_default="", help_text="Whom it is made for.")

    objects: ClassVar[ProductQuerySet] = ProductQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["domain", "name"], name="product_name_in_domain")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            rename_trigger(("name",), "SELECT id FROM catalog_dataset WHERE product_id = NEW.id"),
            keep_slug(),
            *history_triggers(
                "product", tracked.PRODUCT, name="ROW.slug", labels="array['product:' || ROW.slug]", whole=True
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:product", args=[self.slug])


class Tag(models.Model):
    """A free mark on datasets."""

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(max_length=80, unique=True)
    description = models.TextField(blank=True, db_default="", help_text="What it says of a dataset; Markdown.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="owned_tags", null=True, blank=True
    )

    class Meta:
        ordering = ["name"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            rename_trigger(("name",), "SELECT dataset_id FROM catalog_datasettag WHERE tag_id = NEW.id"),
            keep_slug(),
            *history_triggers("tag", tracked.TAG, name="ROW.slug", whole=True),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('catalog:search')}?tag={self.slug}"


class Classification(models.Model):
    """A kind of sensitivity, in a tree: ``pii`` holds ``pii.contact``."""

    slug = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    handling = models.TextField(blank=True, db_default="", help_text="What one may do with such data; Markdown.")

    class Meta:
        ordering = ["slug"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            keep_slug(),
            *history_triggers("classification", tracked.CLASSIFICATION, name="ROW.slug", whole=True),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:classification", args=[self.slug])
