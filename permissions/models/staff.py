"""Staff mode: the time during which an administrator may do everything, and why they wanted to."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

LEAST_REASON = 10


class StaffMode(models.Model):
    """One time of it, in one browser; kept as a record."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="staff_modes")
    reason = models.CharField(max_length=300, validators=[MinLengthValidator(LEAST_REASON)])
    started_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("started_at")), name="staff_mode_lasts")]

    def __str__(self) -> str:
        return f"{self.person} until {self.until:%H:%M}"

    @property
    def in_force(self) -> bool:
        return self.ended_at is None and self.until > timezone.now()

    @property
    def minutes_left(self) -> int:
        """Minutes that remain, begun ones counted whole."""
        return max(0, -int((timezone.now() - self.until).total_seconds() // 60))
