"""Where a definition can be seen in data, and whether it still can."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.models import Dataset
from definitions.models.definitions import Definition, DefinitionVersion
from definitions.querysets import BindingQuerySet
from permissions.querysets import Guarded


class Binding(Guarded):
    """One dataset whose rows a version tells of; as hidden as the definition and as that dataset.

    Where `criterion` is empty the version's own holds. The event log, where there is one, records which row
    (`event_key`, in the order of `key_fields`) entered which state (`event_state`, a column) when (`event_time`);
    `event_value` is what it calls this state.
    """

    label_sides = (("version__definition__labels",), ("dataset__labels",))
    label_paths = (*label_sides[0], *label_sides[1])

    version = models.ForeignKey(DefinitionVersion, models.CASCADE, related_name="bindings", db_index=False)
    dataset = models.ForeignKey(Dataset, models.SET_NULL, related_name="bindings", null=True)
    position = models.PositiveSmallIntegerField(default=0)
    criterion = models.TextField(blank=True, help_text="Over this dataset's fields, if other than the version's.")
    key_fields = ArrayField(models.TextField(), default=list, blank=True, help_text="Fields that tell entities apart.")
    event_dataset = models.ForeignKey(Dataset, models.SET_NULL, related_name="event_bindings", null=True, blank=True)
    event_key = ArrayField(models.TextField(), default=list, blank=True)
    event_state = models.TextField(blank=True)
    event_time = models.TextField(blank=True)
    event_value = models.TextField(blank=True)

    objects: ClassVar[BindingQuerySet] = BindingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["version", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "dataset"], name="binding_once_for_a_dataset"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Trigger(
                name="frozen",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF TG_OP = 'UPDATE' AND (
                        (NEW.version_id, NEW.position, NEW.criterion, NEW.key_fields, NEW.event_key, NEW.event_state,
                         NEW.event_time, NEW.event_value)
                        IS NOT DISTINCT FROM
                        (OLD.version_id, OLD.position, OLD.criterion, OLD.key_fields, OLD.event_key, OLD.event_state,
                         OLD.event_time, OLD.event_value)
                        AND (NEW.dataset_id IS NULL OR NEW.dataset_id IS NOT DISTINCT FROM OLD.dataset_id)
                        AND (NEW.event_dataset_id IS NULL
                             OR NEW.event_dataset_id IS NOT DISTINCT FROM OLD.event_dataset_id)
                    ) THEN RETURN NEW; END IF;
                    IF EXISTS (
                        SELECT FROM definitions_definitionversion v
                        WHERE v.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END,
                                       CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END)
                            AND v.status <> 'draft'
                    ) THEN RAISE EXCEPTION 'a version that was proposed never changes'; END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} in {self.dataset.key if self.dataset else 'a dataset that is gone'}"

    def carried_labels(self) -> frozenset[str]:
        of_definition = frozenset(self.version.definition.labels)
        return of_definition.union(self.dataset.labels if self.dataset else ())

    @property
    def expression(self) -> str:
        """The criterion that holds here."""
        return self.criterion or self.version.criterion


class Unproven(models.Model):
    """Since when, and why, a binding's criterion can no longer be relied on; settled once it can again."""

    binding = models.ForeignKey(Binding, models.CASCADE, related_name="doubts", db_index=False)
    definition = models.ForeignKey(Definition, models.CASCADE, related_name="doubts")
    reason = models.CharField(max_length=500)
    since = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["binding"], name="unproven_once", condition=Q(settled_at=None)),
            models.CheckConstraint(condition=~Q(reason=""), name="unproven_says_why"),
        ]
        indexes = [models.Index(fields=["binding", "-since"], name="unproven_of_binding")]

    def __str__(self) -> str:
        return f"{self.binding}: {self.reason}"
