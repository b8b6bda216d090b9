"""Keys, indexes, routines, and the versions a schema has had."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from catalog.models.datasets import Dataset
from catalog.models.fields import Field
from catalog.models.sources import Source
from catalog.schema_diff import FieldState


class Constraint(models.Model):
    """A key, a relationship to another dataset, or a check."""

    class Kind(models.TextChoices):
        PRIMARY = "primary", "primary key"
        UNIQUE = "unique", "unique"
        FOREIGN = "foreign", "foreign key"
        CHECK = "check", "check"
        EXCLUSION = "exclusion", "exclusion"

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="constraints")
    name = models.TextField()
    kind = models.CharField(max_length=9, choices=Kind)
    fields = ArrayField(models.TextField())
    definition = models.TextField(blank=True)
    ref_dataset = models.ForeignKey(Dataset, models.SET_NULL, related_name="referenced_by", null=True)
    ref_fields = ArrayField(models.TextField(), default=list)

    class Meta:
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name


class Index(models.Model):
    """An index of the source."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="indexes")
    name = models.TextField()
    fields = ArrayField(models.TextField())
    unique = models.BooleanField()
    method = models.TextField(blank=True)
    definition = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Routine(models.Model):
    """A function or procedure of a source: that it exists."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="routines", db_index=False)
    path = models.TextField()
    kind = models.CharField(max_length=9)
    arguments = models.TextField(blank=True)
    returns = models.TextField(blank=True)
    language = models.TextField(blank=True)
    harvested_description = models.TextField(blank=True)

    class Meta:
        ordering = ["path"]
        indexes = [models.Index(fields=["source"], name="routine_source")]

    def __str__(self) -> str:
        return self.path


class SchemaVersion(models.Model):
    """A schema as it was from `created_at` on, and what changed since the version before.

    `fields` is a list of `catalog.schema_diff.FieldState` as JSON arrays; None for the latest version, which is what
    the dataset's fields say. `changes` is a list as `catalog.schema_diff.to_json` gives it.
    """

    class ChangeClass(models.TextChoices):
        NONE = "none", "no change for readers"
        COMPATIBLE = "compatible", "compatible"
        BREAKING = "breaking", "breaking"

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="schema_versions", db_index=False)
    number = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    fields = models.JSONField(null=True)
    changes = models.JSONField(default=list)
    change_class = models.CharField(max_length=10, choices=ChangeClass, default=ChangeClass.NONE)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["dataset", "number"], name="version_number_in_dataset")]
        indexes = [models.Index(fields=["created_at", "id"], name="version_latest")]

    def __str__(self) -> str:
        return f"{self.dataset_id} v{self.number}"

    @property
    def states(self) -> tuple[FieldState, ...]:
        """The fields as they were, in order; one query for the latest version."""
        if self.fields is not None:
            return tuple(FieldState(*row) for row in self.fields)
        return tuple(
            FieldState(
                field.path, field.native_type, field.type, field.nullable, field.key_position is not None,
                field.position, field.default, field.generated,
            )
            for field in Field.objects.filter(dataset=self.dataset_id, archived_at=None)
        )  # fmt: skip
