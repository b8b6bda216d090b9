"""Which facts a class of datasets must have, and how many of those each dataset has."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone

from catalog.models.datasets import Dataset
from catalog.models.vocabulary import Classification, Domain


class Protocol(models.Model):
    """What must be said of every dataset of a class; what several ask of one dataset adds up.

    What is left empty of the class fits every dataset. `requires` are names in `catalog.protocol.requirements`.
    """

    name = models.CharField(max_length=120, unique=True)
    about = models.TextField("why", blank=True, help_text="What it is good for; Markdown.")
    domain = models.ForeignKey(
        Domain, models.CASCADE, related_name="protocols", null=True, blank=True,
        help_text="Datasets of it, and of the domains in it.",
    )  # fmt: skip
    kind = models.CharField(max_length=17, choices=Dataset.Kind, blank=True)
    classification = models.ForeignKey(
        Classification, models.CASCADE, related_name="protocols", null=True, blank=True,
        help_text="Datasets that carry it, or of which a field does.",
    )  # fmt: skip
    certified = models.BooleanField(
        "certified datasets only", default=False, help_text="It must be so before one is certified, and stay so."
    )
    requires = ArrayField(models.CharField(max_length=40))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:protocol", args=[self.pk])


class Completeness(models.Model):
    """How many facts are asked of a dataset, and which of them are missing; `since` it is complete, or is not."""

    dataset = models.OneToOneField(Dataset, models.CASCADE, related_name="completeness", primary_key=True)
    asked = models.PositiveSmallIntegerField()
    missing = ArrayField(models.CharField(max_length=40))
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.dataset_id}: {self.met} of {self.asked}"

    @property
    def met(self) -> int:
        return self.asked - len(self.missing)

    @property
    def share(self) -> float:
        """Of one; all, where nothing is asked."""
        return self.met / self.asked if self.asked else 1.0


class CompletenessFollowed(models.Model):
    """One row: up to which change `Completeness` follows the datasets; empty where all are to be counted anew."""

    position = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.position


class CompletenessDay(models.Model):
    """How complete the datasets of a domain were on a day, those without a domain among themselves."""

    day = models.DateField()
    domain = models.ForeignKey(Domain, models.CASCADE, related_name="+", null=True)
    datasets = models.PositiveIntegerField()
    complete = models.PositiveIntegerField()
    asked = models.PositiveBigIntegerField()
    met = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["domain", "day"], name="completeness_once_a_day", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.domain_id} on {self.day}"

    @property
    def share(self) -> float:
        return self.met / self.asked if self.asked else 1.0
