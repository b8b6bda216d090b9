"""What sources told once: for the next harvest, and about the datasets of other sources."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import MD5

from catalog.models import Dataset, Source


class Memory(models.Model):
    """One thing that a source told and may not tell again; only its connector knows what it means."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="+", db_index=False)
    part = models.CharField(max_length=40)
    key = models.TextField()
    at = models.CharField(max_length=40)
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint("source", "part", MD5("key"), name="remembered_once")]

    def __str__(self) -> str:
        return f"{self.part} {self.key}"


class Told(models.Model):
    """What a source such as a dbt project says of a dataset, or of a field at `path`, that another source holds.

    `own` is what the source that holds it says itself, which comes back when this is no longer said.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="told")
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="told", db_index=False)
    path = models.TextField(blank=True)
    said = models.JSONField(default=dict)
    own = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint("dataset", MD5("path"), name="told_by_one_source")]

    def __str__(self) -> str:
        return f"{self.source}: {self.dataset} {self.path}".strip()
