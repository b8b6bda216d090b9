"""A workflow: the states that one kind of thing can be in, and what moves it from one to the next."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from catalog.models import Domain, Source
from definitions.models.definitions import DOMAIN_LABEL, Definition, label_trigger
from definitions.querysets import WorkflowQuerySet
from permissions.querysets import Labelled

SOURCE_LABEL = "array(SELECT 'source:' || s.slug FROM catalog_source s WHERE s.id = NEW.source_id)"


class Workflow(Labelled):
    """The way of an entity ("subscription") through the states of one system of record.

    It carries the labels of its domain and of its system. States are `exclusive` (no entity in two) and `exhaustive`
    (none outside) unless said otherwise.
    """

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    entity = models.CharField(max_length=120, help_text="What moves through it: subscription.")
    key_fields = ArrayField(models.TextField(), default=list, blank=True, help_text="Fields that tell entities apart.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="owned_workflows", null=True, blank=True
    )
    domain = models.ForeignKey(Domain, models.SET_NULL, related_name="workflows", null=True, blank=True)
    source = models.ForeignKey(
        Source, models.SET_NULL, related_name="workflows", null=True, blank=True, help_text="The system of record."
    )
    exclusive = models.BooleanField(default=True, help_text="No entity is in two states at once.")
    exhaustive = models.BooleanField(default=True, help_text="No entity is in none.")
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[WorkflowQuerySet] = WorkflowQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Labelled.Meta):
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="workflow_is_named"),
            models.CheckConstraint(condition=~Q(entity=""), name="workflow_moves_something"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(name="keep_slug", fields=["slug"]),
            label_trigger(
                ("domain_id", "source_id"),
                f"{DOMAIN_LABEL} || {SOURCE_LABEL}",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("states:workflow", args=[self.slug])


class State(models.Model):
    """A state of a workflow: what it is called and when something is in it is its definition's to say."""

    class Kind(models.TextChoices):
        INITIAL = "initial", "initial"
        INTERMEDIATE = "intermediate", "intermediate"
        FINAL = "final", "final"

    workflow = models.ForeignKey(Workflow, models.CASCADE, related_name="states", db_index=False)
    definition = models.ForeignKey(Definition, models.PROTECT, related_name="states")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.INTERMEDIATE)

    class Meta:
        ordering = ["workflow", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["workflow", "definition"], name="state_once_in_workflow")]

    def __str__(self) -> str:
        return self.definition.name


class Transition(models.Model):
    """A move that is allowed: from one state to another; from nowhere to begin, to nowhere to end."""

    class Actor(models.TextChoices):
        JOB = "job", "a job"
        PERSON = "person", "a person"
        RULE = "rule", "a rule"

    class Transformation(models.TextChoices):
        DETERMINISTIC = "deterministic", "deterministic"
        DESCRIPTIVE = "descriptive", "descriptive"
        DIAGNOSTIC = "diagnostic", "diagnostic"
        PREDICTIVE = "predictive", "predictive"
        PRESCRIPTIVE = "prescriptive", "prescriptive"
        COGNITIVE = "cognitive", "cognitive"

    workflow = models.ForeignKey(Workflow, models.CASCADE, related_name="transitions", db_index=False)
    from_state = models.ForeignKey(State, models.CASCADE, related_name="leaving", null=True, blank=True)
    to_state = models.ForeignKey(State, models.CASCADE, related_name="entering", null=True, blank=True)
    done_by = models.CharField(max_length=200, blank=True, help_text="Who or what does it: billing-run, an agent.")
    actor = models.CharField(max_length=6, choices=Actor, blank=True)
    transformation = models.CharField(max_length=13, choices=Transformation, default=Transformation.DETERMINISTIC)
    entry_condition = models.TextField(blank=True, help_text="What must hold before.")
    exit_condition = models.TextField(blank=True, help_text="What must hold after.")

    class Meta:
        ordering = ["workflow", "from_state__position", "to_state__position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "from_state", "to_state"], name="transition_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(from_state__isnull=False) | Q(to_state__isnull=False), name="transition_goes_somewhere"
            ),
            models.CheckConstraint(condition=~Q(from_state=F("to_state")), name="transition_changes_something"),
        ]

    def __str__(self) -> str:
        return f"{self.from_state or '∅'} → {self.to_state or '∅'}"
