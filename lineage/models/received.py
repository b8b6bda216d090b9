"""Events as they came, and what is known of jobs, runs and datasets by merging them."""

from __future__ import annotations

import zlib
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone


class ReceivedEvent(models.Model):
    """One OpenLineage event, kept as it came; the same one twice is one row.

    `subject` tells jobs apart (and datasets, of events that name no job): workers take one subject at a time, and its
    events in the order of their ids. Two jobs may share a number; they are then worked together.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waits"
        UNDERSTOOD = "understood", "understood"
        REFUSED = "refused", "refused"
        FAILED = "failed", "failed here"

    digest = models.BinaryField(max_length=32, unique=True, editable=False, help_text="SHA-256 of its one spelling.")
    received_at = models.DateTimeField(default=timezone.now)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    token_name = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=7, blank=True, help_text="run, job or dataset; empty where it is not known.")
    namespace = models.TextField(blank=True, help_text="Of its job, or its dataset.")
    name = models.TextField(blank=True)
    event_type = models.CharField(max_length=8, blank=True)
    event_time = models.DateTimeField(null=True)
    run_id = models.UUIDField(null=True)
    producer = models.TextField(blank=True)
    subject = models.IntegerField(default=0)
    body = models.BinaryField(help_text="What came, compressed by zlib; of what was refused the beginning.")
    size = models.PositiveIntegerField(help_text="Bytes of what came, uncompressed.")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    notes = ArrayField(models.TextField(), default=list, help_text="What could not be taken as it was sent, and why.")
    worked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[ReceivedEvent]] = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="event_waiting", condition=Q(state="waiting")),
            models.Index(fields=["subject", "id"], name="event_waiting_of_subject", condition=Q(state="waiting")),
            models.Index(fields=["-received_at", "-id"], name="event_latest"),
            models.Index(fields=["state", "-received_at", "-id"], name="event_latest_in_state"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.name}".strip()

    @property
    def text(self) -> str:
        """What came, as text."""
        return zlib.decompress(bytes(self.body)).decode("utf-8", "replace")


class Reported(models.Model):
    """What events said of one job, run or dataset, merged: a state of `lineage.openlineage.merging`.

    The jobs, runs and edges of the store are written from it, so that they do not depend on the order of arrival.
    """

    key = models.BinaryField(max_length=32, primary_key=True, help_text="SHA-256 of kind, namespace and name.")
    kind = models.CharField(max_length=7)
    namespace = models.TextField(blank=True)
    name = models.TextField()
    state = models.TextField(help_text="JSON; it is read and written whole.")
    parent = models.UUIDField(null=True, help_text="The run that started this run.")
    updated_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Reported]] = models.Manager()

    class Meta:
        verbose_name_plural = "reported"
        indexes = [
            models.Index(fields=["parent"], name="reported_parent", condition=Q(parent__isnull=False)),
            models.Index(fields=["kind", "updated_at"], name="reported_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
