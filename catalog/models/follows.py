"""Who wants to hear what becomes of a dataset."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.models.datasets import Dataset


class Follow(models.Model):
    """A person is told when the dataset is certified no more, deprecated, or goes out of use."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows", db_index=False)
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="follows")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "dataset"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.dataset_id}"
