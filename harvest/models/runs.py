"""One look at a source."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from catalog.models import Source
from permissions.querysets import Guarded, LabelledQuerySet


class RunQuerySet(LabelledQuerySet["Run"]):
    def active(self) -> RunQuerySet:
        """Runs that are waiting or working."""
        return self.filter(state__in=Run.ACTIVE)


class Run(Guarded):
    """A harvest of one source: its state, its live counters and, at the end, what changed. As hidden as its source.

    `diff` has the keys ``added``, ``changed``, ``archived`` and ``restored``: lists, cut to `DIFF_LENGTH`, of
    ``{"id", "path", "kind"}`` and, for changed ones, ``changes`` as in `catalog.models.SchemaVersion`.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "waiting for a worker"
        RUNNING = "running", "running"
        CONFIRM = "confirm", "needs confirmation"
        SUCCEEDED = "succeeded", "succeeded"
        FAILED = "failed", "failed"
        CANCELLED = "cancelled", "cancelled"

    class Phase(models.TextChoices):
        CONNECT = "connect", "connecting"
        READ = "read", "reading facts"
        RECONCILE = "reconcile", "comparing with the catalog"
        PROFILE = "profile", "looking at values"
        DONE = "done", "done"

    class Trigger(models.TextChoices):
        PERSON = "person", "by hand"
        SCHEDULE = "schedule", "by schedule"
        API = "api", "by the API"
        COMMAND = "command", "from the command line"

    label_paths = ("source__labels",)

    ACTIVE = (State.QUEUED, State.RUNNING)
    DIFF_LENGTH = 500

    source = models.ForeignKey(Source, models.CASCADE, related_name="runs")
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    phase = models.CharField(max_length=9, choices=Phase, default=Phase.CONNECT)
    trigger = models.CharField(max_length=8, choices=Trigger, default=Trigger.PERSON)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True)
    dry = models.BooleanField(default=False, help_text="Compares and changes nothing.")
    confirmed = models.BooleanField(default=False, help_text="A person has agreed to what would vanish.")
    cancel_requested = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)

    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    facts_done_at = models.DateTimeField(null=True, help_text="When the facts had been reconciled.")
    finished_at = models.DateTimeField(null=True)

    datasets_read = models.PositiveIntegerField(default=0)
    datasets_expected = models.PositiveIntegerField(null=True, help_text="From the harvest before, as a guide.")
    fields_read = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    archived = models.PositiveIntegerField(default=0)
    restored = models.PositiveIntegerField(default=0)
    profiled = models.PositiveIntegerField(default=0)
    to_profile = models.PositiveIntegerField(default=0)
    problem_count = models.PositiveIntegerField(default=0)
    unchanged = models.BooleanField(default=False, help_text="The source's signature was the one already known.")
    diff = models.JSONField(default=dict)
    message = models.TextField(blank=True)
    failed_part = models.CharField(max_length=20, blank=True)

    objects: ClassVar[RunQuerySet] = RunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["source", "-created_at"], name="run_of_source")]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], name="run_one_active", condition=Q(state__in=["queued", "running"])
            )
        ]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.source_id}"

    def get_absolute_url(self) -> str:
        return reverse("harvest:run", args=[self.pk])

    def asked_as(self) -> Source:
        """Access to a run is access to its source."""
        return self.source

    @property
    def active(self) -> bool:
        return self.state in self.ACTIVE

    @property
    def duration(self) -> timedelta | None:
        """How long it took, or has been going; None before it starts."""
        if self.started_at is None:
            return None
        return (self.finished_at or timezone.now()) - self.started_at


class RunProblem(models.Model):
    """One object that could not be read."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="problems")
    object = models.TextField()
    message = models.TextField()
    phase = models.CharField(max_length=9, choices=Run.Phase)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.object}: {self.message}"
