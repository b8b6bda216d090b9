"""What datasets and fields were called before, as far as anybody knows: labels follow from it.

While nobody has decided whether two names are one thing, the new one carries all the labels of the old one: what was
closed stays closed. Once it is settled that they are, the new one keeps those that name the old one.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from catalog.models.datasets import Dataset
from catalog.models.fields import Field


class FormerDataset(models.Model):
    """`dataset` may be `former` under another name; it is, once `settled`."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="formers", db_index=False)
    former = models.ForeignKey(Dataset, models.CASCADE, related_name="followers")
    settled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "former"], name="former_dataset_once"),
            models.CheckConstraint(condition=~Q(dataset=F("former")), name="former_dataset_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id}, formerly {self.former_id}"


class FormerField(models.Model):
    """`field` may be `former`, of the same dataset, under another name; it is, once `settled`."""

    field = models.ForeignKey(Field, models.CASCADE, related_name="formers", db_index=False)
    former = models.ForeignKey(Field, models.CASCADE, related_name="followers")
    settled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["field", "former"], name="former_field_once"),
            models.CheckConstraint(condition=~Q(field=F("former")), name="former_field_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.field_id}, formerly {self.former_id}"
