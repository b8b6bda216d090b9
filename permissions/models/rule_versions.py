"""What a rule said, each time somebody changed it."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone

from permissions.models.rules import OptOutRule


class RuleVersion(models.Model):
    """A rule as it was written, changed or withdrawn; never changed itself, nor removed."""

    class Action(models.TextChoices):
        WRITTEN = "written", "written"
        CHANGED = "changed", "changed"
        WITHDRAWN = "withdrawn", "withdrawn"

    rule = models.ForeignKey(OptOutRule, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=9, choices=Action)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False)
    made_at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=500, blank=True)
    content = models.JSONField(help_text="All of the rule, as `permissions.rules.content` writes it.")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="rule_version_numbered_once"),
            models.CheckConstraint(
                condition=models.Q(action__in=["written", "changed", "withdrawn"]), name="rule_version_action_known"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="rule_version_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.rule_id}, version {self.number}"
