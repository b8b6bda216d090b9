"""What is promised to those who report, and the clocks that hold it against what happens."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalog.models import Dataset, Domain
from feedback.clocks import Hours, public_holidays
from feedback.kinds import Severity
from feedback.models.tickets import Ticket

if TYPE_CHECKING:
    from datetime import date, datetime

HOUR = 3_600


def _promised(words: str) -> models.PositiveSmallIntegerField[int | None, int | None]:
    return models.PositiveSmallIntegerField(null=True, blank=True, help_text=f"{words}, in hours of working time.")


class ServiceLevel(models.Model):
    """How soon what is reported is answered and fixed, by severity, and when people work.

    Of a dataset, or of a domain and what lies below it; of neither, for all that has none of its own.
    """

    dataset = models.OneToOneField(Dataset, models.CASCADE, related_name="service_level", null=True, blank=True)
    domain = models.OneToOneField(Domain, models.CASCADE, related_name="service_level", null=True, blank=True)

    answer_blocker = _promised("First answer to what blocks")
    answer_major = _promised("First answer to what is serious")
    answer_minor = _promised("First answer to what is minor")
    answer_cosmetic = _promised("First answer to what is cosmetic")
    fix_blocker = _promised("Fix of what blocks")
    fix_major = _promised("Fix of what is serious")
    fix_minor = _promised("Fix of what is minor")
    fix_cosmetic = _promised("Fix of what is cosmetic")

    most_in_progress = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many tickets may be in progress at once."
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    opens = models.TimeField(default=time(9))
    closes = models.TimeField(default=time(17), help_text="Midnight is the end of the day.")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), help_text="0 is Monday, 6 Sunday.")
    country = models.CharField(max_length=2, blank=True, help_text="Whose public holidays are free, as SE.")
    subdivision = models.CharField(max_length=8, blank=True, help_text="The part of the country, as ENG.")
    free_days: ArrayField[list[date], list[date]] = ArrayField(
        models.DateField(), default=list, blank=True, help_text="Days on which nobody works besides."
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(dataset=None) | Q(domain=None), name="level_of_one_thing"),
            models.UniqueConstraint(
                models.Value(1), condition=Q(dataset=None, domain=None), name="level_of_the_rest_once"
            ),
            models.CheckConstraint(condition=Q(weekdays__len__gt=0), name="level_has_weekdays"),
        ]

    def __str__(self) -> str:
        return f"Service level of {self.dataset or self.domain or 'all other data'}"

    @property
    def hours(self) -> Hours:
        """When people work."""
        holidays = public_holidays(self.country, self.subdivision)
        free = frozenset(self.free_days)
        return Hours(
            ZoneInfo(self.time_zone), self.opens, self.closes, frozenset(self.weekdays), _Either(holidays, free)
        )

    def promised(self, goal: str, severity: str) -> int | None:
        """Return within how many seconds of working time, or None where nothing is promised."""
        hours: int | None = getattr(self, f"{goal}_{severity}")
        return None if hours is None else hours * HOUR

    @property
    def days_in_words(self) -> str:
        """``Mon Tue``."""
        return " ".join(
            name for at, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")) if at in self.weekdays
        )

    def rows(self) -> list[tuple[str, int | None, int | None]]:
        """What is promised for each severity, in hours: (severity, first answer, fix)."""
        return [
            (one.words, getattr(self, f"answer_{one.value}"), getattr(self, f"fix_{one.value}")) for one in Severity
        ]


class _Either:
    """Days that are in one of two."""

    def __init__(self, first: object, second: frozenset[date]) -> None:
        self._first, self._second = first, second

    def __contains__(self, day: object) -> bool:
        return day in self._second or day in self._first  # type: ignore[operator]


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> ClockQuerySet:
        """Those that neither stopped nor wait for the reporter."""
        return self.exclude(running_since=None)


class Clock(models.Model):
    """One promise on one ticket. `spent` are seconds of working time before `running_since`, which is empty while the
    reporter is waited for and once it has stopped; so are `due_at` and `warn_at`."""

    class Goal(models.TextChoices):
        ANSWER = "answer", "first answer"
        FIX = "fix", "fix"

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="clocks", db_index=False)
    goal = models.CharField(max_length=6, choices=Goal)
    level = models.ForeignKey(ServiceLevel, models.SET_NULL, related_name="clocks", null=True)
    promised = models.PositiveIntegerField(help_text="Seconds of working time.")
    spent = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=timezone.now)
    running_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    objects: ClassVar[ClockQuerySet] = ClockQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "goal"], name="clock_once"),
            models.CheckConstraint(
                condition=Q(running_since=None) | Q(stopped_at=None), name="clock_runs_or_has_stopped"
            ),
        ]
        indexes = [
            models.Index(F("due_at"), condition=Q(breached_at=None, due_at__isnull=False), name="clock_due"),
            models.Index(F("warn_at"), condition=Q(warned_at=None, warn_at__isnull=False), name="clock_warn"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.goal}"

    @property
    def state(self) -> str:
        """broken, kept, waiting, late, soon or running."""
        if self.stopped_at:
            return "broken" if self.breached_at else "kept"
        if self.breached_at or (self.due_at and self.due_at <= timezone.now()):
            return "late"
        if self.running_since is None:
            return "waiting"
        return "soon" if self.warn_at and self.warn_at <= timezone.now() else "running"

    @property
    def promised_hours(self) -> int:
        return self.promised // HOUR

    @property
    def ends_at(self) -> datetime | None:
        return self.stopped_at or self.due_at
