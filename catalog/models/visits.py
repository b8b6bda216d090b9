"""Who opened what: recently viewed, and what is popular."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.models.datasets import Dataset


class Visit(models.Model):
    """The last time a person opened a dataset."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="visits", db_index=False)
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="visits")
    at = models.DateTimeField(default=timezone.now)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "dataset"], name="visit_of_dataset")]
        indexes = [models.Index(fields=["person", "-at"], name="visit_recent")]

    def __str__(self) -> str:
        return f"{self.person_id} saw {self.dataset_id}"
