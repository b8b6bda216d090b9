"""What makes data out of data: jobs, and the times they ran."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5
from django.utils import timezone

from catalog.models import Dataset, Source


class Job(models.Model):
    """A transformation: a script, a query of a log, a model of dbt, a task of a scheduler.

    Times are those of whoever says so; `closed_at` is when it was no longer there.
    """

    class Kind(models.TextChoices):
        DETERMINISTIC = "deterministic", "deterministic"
        DESCRIPTIVE = "descriptive", "descriptive"
        DIAGNOSTIC = "diagnostic", "diagnostic"
        PREDICTIVE = "predictive", "predictive"
        PRESCRIPTIVE = "prescriptive", "prescriptive"
        COGNITIVE = "cognitive", "cognitive"

    namespace = models.TextField()
    name = models.TextField()
    kind = models.CharField(max_length=13, choices=Kind, default=Kind.DETERMINISTIC)
    processing = models.CharField(max_length=9, choices=Dataset.Delivery, default=Dataset.Delivery.BATCH)
    technology = models.CharField(max_length=80, blank=True, help_text="What runs it: dbt, Airflow, Spark, SQL.")
    description = models.TextField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    told_owner = models.TextField(blank=True, help_text="As whoever runs it spells it.")
    code = models.TextField(blank=True)
    language = models.CharField(max_length=40, blank=True, help_text="A dialect of SQL, or the language of the code.")
    location = models.TextField(blank=True, help_text="Where the code is: a file, an address.")
    problem = models.TextField(blank=True, help_text="What could not be read of the code, and where.")
    source = models.ForeignKey(Source, models.CASCADE, related_name="jobs", null=True, help_text="Where it runs.")
    facets = models.JSONField(default=dict, help_text="What else was told, as it was told.")
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    # Of its runs, as `lineage.pulse` works it out.
    last_state = models.CharField(max_length=9, blank=True)
    last_run_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    usual_seconds = models.FloatField(null=True, help_text="How long a run takes.")
    every_seconds = models.FloatField(null=True, help_text="From one run to the next.")
    due_at = models.DateTimeField(null=True, help_text="Without a success by then it is late.")
    long_at = models.DateTimeField(null=True, help_text="Running still then, it takes long.")

    class Meta:
        indexes = [
            models.Index(fields=["-last_seen_at", "-id"], name="job_latest"),
            models.Index(fields=["due_at"], name="job_due", condition=Q(closed_at=None)),
            models.Index(fields=["last_state"], name="job_state", condition=Q(closed_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(MD5("namespace"), MD5("name"), name="job_once_in_namespace"),
            models.CheckConstraint(condition=~Q(name=""), name="job_is_named"),
        ]

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """One time that a job ran."""

    class State(models.TextChoices):
        QUEUED = "queued", "waits"
        RUNNING = "running", "running"
        COMPLETED = "completed", "completed"
        FAILED = "failed", "failed"
        ABORTED = "aborted", "aborted"
        UNKNOWN = "unknown", "not known"

    ENDED: ClassVar = (State.COMPLETED, State.FAILED, State.ABORTED)

    job = models.ForeignKey(Job, models.CASCADE, related_name="runs", db_index=False)
    run_id = models.UUIDField(unique=True, help_text="Of whoever runs it.")
    state = models.CharField(max_length=9, choices=State, default=State.UNKNOWN)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    nominal_start_at = models.DateTimeField(null=True, help_text="When it was meant to start.")
    nominal_end_at = models.DateTimeField(null=True)
    parent = models.ForeignKey("self", models.SET_NULL, related_name="children", null=True)
    error = models.TextField(blank=True)
    facets = models.JSONField(default=dict)
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Run]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["job", "-started_at"], name="run_latest_of_job")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.run_id}"

    @property
    def seconds(self) -> float | None:
        """How long it took; None where that is not known."""
        known = self.started_at and self.ended_at and self.ended_at >= self.started_at
        return (self.ended_at - self.started_at).total_seconds() if known else None  # type: ignore[operator]
