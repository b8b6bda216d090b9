"""What was counted: how many rows are in each state, how they moved, and what does not add up. History is kept."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.models import Dataset
from definitions.models.bindings import Binding
from definitions.models.definitions import Definition
from definitions.models.workflows import State, Workflow
from definitions.querysets import MeasureQuerySet
from permissions.querysets import Guarded, LabelledQuerySet


class Measure(Guarded):
    """One workflow in one dataset at one time: every row is in one state, in several, in none, or undecided.

    As hidden as the workflow and the dataset. `overlaps` is a list of [[names of states], rows]. A flow is told from
    `flow_from` (None: from the beginning) to `at`, by the event log or by comparing keys.
    """

    class FlowBy(models.TextChoices):
        LOG = "log", "the event log"
        KEYS = "keys", "keys compared with the last look"

    label_sides = (("workflow__labels",), ("dataset__labels",))
    label_paths = (*label_sides[0], *label_sides[1])

    workflow = models.ForeignKey(Workflow, models.CASCADE, related_name="measures", db_index=False)
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="measures")
    at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField(default=0)
    rows = models.BigIntegerField()
    none = models.BigIntegerField(default=0)
    several = models.BigIntegerField(default=0)
    undecided = models.BigIntegerField(default=0)
    overlaps = models.JSONField(default=list)
    keys_missing = models.BigIntegerField(null=True, help_text="Rows without a key; empty where it was not counted.")
    keys_shared = models.BigIntegerField(null=True, help_text="Rows whose key another row has.")
    flow_by = models.CharField(max_length=4, choices=FlowBy, blank=True)
    flow_from = models.DateTimeField(null=True)
    repeats = models.BigIntegerField(default=0, help_text="Entries into the state that the entity was in.")
    duplicates = models.BigIntegerField(default=0, help_text="Entries that another entry repeats.")
    ahead = models.BigIntegerField(default=0, help_text="Entries later than now.")
    late = models.BigIntegerField(default=0, help_text="Entries that came after the flow they belong to was told.")
    entries = models.BigIntegerField(default=0, help_text="Entries up to now, duplicates left out.")
    incomplete = models.BigIntegerField(default=0, help_text="Entries without key, state or time.")
    flow_problem = models.CharField(max_length=500, blank=True, help_text="Why no flow can be told.")

    objects: ClassVar[MeasureQuerySet] = MeasureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["workflow", "dataset", "-at"], name="measure_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(rows__gte=0, none__gte=0, several__gte=0, undecided__gte=0), name="measure_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workflow} in {self.dataset} at {self.at:%Y-%m-%d %H:%M}"


class Count(Guarded):
    """How many rows of a bound dataset a criterion holds for, and for how many it says nothing.

    `before`, `entered` and `left` are what the flow says of a state of a workflow; empty where none is known.
    """

    label_sides = (("binding__version__definition__labels",), ("binding__dataset__labels",))
    label_paths = (*label_sides[0], *label_sides[1])

    binding = models.ForeignKey(Binding, models.CASCADE, related_name="counts", db_index=False)
    measure = models.ForeignKey(Measure, models.CASCADE, related_name="counts", null=True)
    state = models.ForeignKey(State, models.SET_NULL, related_name="counts", null=True)
    name = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)
    rows = models.BigIntegerField(help_text="Of the dataset.")
    inside = models.BigIntegerField()
    unknown = models.BigIntegerField(default=0, help_text="Rows for which the criterion is NULL.")
    broken = models.BigIntegerField(default=0, help_text="Rows for which it cannot be evaluated.")
    before = models.BigIntegerField(null=True)
    entered = models.BigIntegerField(null=True)
    left = models.BigIntegerField(null=True)

    objects: ClassVar[LabelledQuerySet[Count]] = LabelledQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["binding", "-at"], name="count_latest")]

    def __str__(self) -> str:
        return f"{self.name}: {self.inside}"

    @property
    def difference(self) -> int | None:
        """Rows found that the flow does not explain; None where no flow is known."""
        if self.entered is None or self.left is None:
            return None
        return self.inside - ((self.before or 0) + self.entered - self.left)


class Move(models.Model):
    """Rows that went from one state to another in a measure's flow, by day where a log says it; "" is outside."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="moves")
    from_name = models.CharField(max_length=200, blank=True)
    to_name = models.CharField(max_length=200, blank=True)
    day = models.DateField(null=True)
    rows = models.BigIntegerField()
    forbidden = models.BooleanField(default=False)

    class Meta:
        ordering = ["day", "id"]

    def __str__(self) -> str:
        return f"{self.from_name or '∅'} → {self.to_name or '∅'}: {self.rows}"


class Look(models.Model):
    """The last look at the keys of a workflow's rows, as hashes (definitions.counting.snapshots)."""

    workflow = models.ForeignKey(Workflow, models.CASCADE, related_name="+", db_index=False)
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    states = models.JSONField(help_text="Names of the states, in the order of their places.")
    kept = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workflow", "dataset"], name="look_last")]

    def __str__(self) -> str:
        return f"{self.workflow} in {self.dataset}"


class Attempt(models.Model):
    """The last time that measuring a dataset was tried: with a problem, what was measured before is stale."""

    dataset = models.OneToOneField(Dataset, models.CASCADE, related_name="measuring", primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    problem = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.dataset}: {self.problem or 'measured'}"


class Agreement(models.Model):
    """How far two systems agree on which entities a definition holds for, by their keys."""

    left = models.ForeignKey(Binding, models.CASCADE, related_name="+")
    right = models.ForeignKey(Binding, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    both = models.BigIntegerField()
    left_only = models.BigIntegerField()
    right_only = models.BigIntegerField()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["left", "right", "-at"], name="agreement_latest")]

    def __str__(self) -> str:
        return f"{self.left} and {self.right}: {self.both}"


class Conflict(models.Model):
    """Two definitions that contradict or repeat each other, with what shows it; settled when it no longer does."""

    class Kind(models.TextChoices):
        SAME_NAME = "same_name", "one name, different criteria"
        SIMILAR_NAME = "similar_name", "similar names, different criteria"
        EQUIVALENT = "equivalent", "different names, one criterion"
        SAME_ROWS = "same_rows", "different names, the same rows"
        SHADOWING = "shadowing", "a local definition shadows an enterprise one"

    kind = models.CharField(max_length=12, choices=Kind)
    one = models.ForeignKey(Definition, models.CASCADE, related_name="conflicts")
    other = models.ForeignKey(Definition, models.CASCADE, related_name="+")
    evidence = models.JSONField(default=dict, help_text="`says`: a sentence; `dataset`: whose rows it counts, if any.")
    found_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-found_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "one", "other"], name="conflict_once", condition=Q(settled_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one} and {self.other}: {self.get_kind_display()}"
