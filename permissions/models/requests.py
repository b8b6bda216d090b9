"""Requests for access: somebody whom rules stop asks the owners of those rules for an exception."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from permissions.levels import Level
from permissions.models.people import Team
from permissions.models.rules import LONGEST_LABEL, OptOutRule, RuleException

LEAST_PURPOSE, MOST_PURPOSE, MOST_WORDS = 15, 2_000, 2_000
LONGEST_TITLE = 300


class AccessRequest(models.Model):
    """One person asks, for themselves or a team they are in, to use one thing at one level for some days.

    `label` is what the exceptions will be narrowed to; `title` names the thing as the asker knew it when they asked.
    """

    class State(models.TextChoices):
        OPEN = "open", "waiting"
        APPROVED = "approved", "approved"
        DECLINED = "declined", "declined"
        WITHDRAWN = "withdrawn", "withdrawn"
        EXPIRED = "expired", "not answered"
        LIFTED = "lifted", "no longer needed"

    asker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="access_requests", db_index=False)
    team = models.ForeignKey(
        Team, models.CASCADE, related_name="access_requests", null=True, blank=True, help_text="For all of this team."
    )
    thing_kind = models.CharField(max_length=20)
    thing_id = models.BigIntegerField()
    label = models.CharField(max_length=LONGEST_LABEL)
    title = models.CharField(max_length=LONGEST_TITLE)
    level = models.CharField(max_length=8, choices=Level)
    purpose = models.TextField(validators=[MinLengthValidator(LEAST_PURPOSE), MaxLengthValidator(MOST_PURPOSE)])
    days = models.PositiveSmallIntegerField(help_text="How long, from the day of approval.")
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    council_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="request_has_purpose"),
            models.CheckConstraint(condition=Q(days__gte=1), name="request_for_a_day_at_least"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="request_level_known"),
            models.CheckConstraint(condition=Q(state="open") ^ Q(closed_at__isnull=False), name="request_closed_once"),
        ]
        indexes = [
            models.Index(fields=["asker", "-created_at", "-id"], name="request_latest"),
            models.Index(fields=["created_at"], condition=Q(state="open"), name="request_open"),
        ]

    def __str__(self) -> str:
        return f"{self.asker}: {self.title} at {self.level}"

    def get_absolute_url(self) -> str:
        return reverse("permissions:request", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class AskedRule(models.Model):
    """What a request asks of one rule, and how that was decided.

    `person`, `team` and `label` are those of the exception it asks for.
    """

    class State(models.TextChoices):
        OPEN = "open", "waiting"
        APPROVED = "approved", "approved"
        DECLINED = "declined", "declined"
        WITHDRAWN = "withdrawn", "withdrawn"
        EXPIRED = "expired", "not answered"
        LIFTED = "lifted", "no longer needed"

    request = models.ForeignKey(AccessRequest, models.CASCADE, related_name="asked")
    rule = models.ForeignKey(OptOutRule, models.CASCADE, related_name="asked", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True, blank=True, db_index=False
    )
    team = models.ForeignKey(Team, models.CASCADE, related_name="+", null=True, blank=True)
    label = models.CharField(max_length=LONGEST_LABEL)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(blank=True, validators=[MaxLengthValidator(MOST_WORDS)])
    exception = models.OneToOneField(RuleException, models.SET_NULL, related_name="asked", null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "rule"], name="rule_once_in_request"),
            models.UniqueConstraint(
                fields=["rule", "person", "team", "label"],
                condition=Q(state="open"),
                nulls_distinct=False,
                name="rule_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(team__isnull=True), name="rule_asked_for_a_person_or_a_team"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "declined"]) | Q(decided_by__isnull=False),
                name="decision_has_judge",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(decided_by__isnull=True) | ~Q(person=F("decided_by")),
                name="nobody_decides_their_own",
            ),
        ]
        indexes = [models.Index(fields=["person"], name="rule_asked_by_person")]

    def __str__(self) -> str:
        return f"{self.request}: {self.rule}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN
