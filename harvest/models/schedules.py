"""When a source is harvested by itself."""

from __future__ import annotations

from django.db import models
from django_celery_beat.models import PeriodicTask

from catalog.models import Source


class Schedule(models.Model):
    """The cron line of a source; `task` is the row that beat reads."""

    source = models.OneToOneField(Source, models.CASCADE, related_name="schedule", primary_key=True)
    cron = models.CharField(max_length=100, help_text="Minute, hour, day of month, month, day of week; UTC.")
    task = models.OneToOneField(PeriodicTask, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.source}: {self.cron}"
