"""What a look at the values gave: a bounded sample and a light profile. Shown only to those who may sample."""

from __future__ import annotations

from django.db import models

from catalog.models.datasets import Dataset


class Sample(models.Model):
    """Some rows of a dataset, as text, and the profile of its fields."""

    dataset = models.OneToOneField(Dataset, models.CASCADE, related_name="sample", primary_key=True)
    taken_at = models.DateTimeField()
    rows_read = models.BigIntegerField()
    rows_total = models.BigIntegerField(null=True)
    rows_exact = models.BooleanField()
    columns = models.JSONField(help_text="Paths of the top-level fields, in order.")
    rows = models.JSONField(help_text="Lists of texts or nulls, one a column.")
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"sample of {self.dataset_id}"


class FieldProfile(models.Model):
    """A light profile of one field, over `Sample.rows_read` rows."""

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="profiles", db_index=False)
    path = models.TextField()
    nulls = models.BigIntegerField()
    distinct = models.BigIntegerField(null=True)
    minimum = models.TextField(null=True)  # noqa: DJ001 - an empty text is a minimum too
    maximum = models.TextField(null=True)  # noqa: DJ001
    frequent = models.JSONField(default=list, help_text="[value, rows] pairs, most frequent first.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sample", "path"], name="profile_of_field")]

    def __str__(self) -> str:
        return f"profile of {self.sample_id}.{self.path}"
