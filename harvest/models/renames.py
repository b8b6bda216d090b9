"""Datasets that may be the same under another name."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from catalog.models import Dataset
from harvest.models.runs import Run


class RenameGuess(models.Model):
    """`old` vanished and `new` appeared in one harvest, and they look alike. Nothing happens until a person decides."""

    class State(models.TextChoices):
        OPEN = "open", "open"
        ACCEPTED = "accepted", "accepted"
        REJECTED = "rejected", "rejected"

    run = models.ForeignKey(Run, models.CASCADE, related_name="renames")
    old = models.ForeignKey(Dataset, models.CASCADE, related_name="renamed_to")
    new = models.ForeignKey(Dataset, models.CASCADE, related_name="renamed_from")
    confidence = models.FloatField()
    why = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="rename_guessed_once"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="rename_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"
