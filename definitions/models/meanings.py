"""Which definitions a dataset and its fields are documented with."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.models import Dataset, Field
from definitions.models.definitions import Definition, DefinitionVersion
from definitions.querysets import MeaningQuerySet
from permissions.querysets import Guarded


class Meaning(Guarded):
    """Somebody says that a dataset, or a field of it, holds what a definition means; as hidden as any of them.

    `version` is the one in force when it was said.
    """

    label_sides = (("definition__labels",), ("dataset__labels", "field__labels"))
    label_paths = (*label_sides[0], *label_sides[1])

    definition = models.ForeignKey(Definition, models.CASCADE, related_name="meanings", db_index=False)
    version = models.ForeignKey(DefinitionVersion, models.CASCADE, related_name="+", null=True)
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="meanings", db_index=False)
    field = models.ForeignKey(Field, models.CASCADE, related_name="meanings", null=True, blank=True)
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    linked_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[MeaningQuerySet] = MeaningQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "field", "definition"], name="meaning_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["definition", "dataset"], name="meaning_of_definition")]

    def __str__(self) -> str:
        return f"{self.field or self.dataset}: {self.definition}"

    def carried_labels(self) -> frozenset[str]:
        of_field = self.field.labels if self.field else ()
        return frozenset(self.definition.labels).union(self.dataset.labels, of_field)
