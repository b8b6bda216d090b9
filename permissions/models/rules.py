"""Opt-out rules: what is closed to whom, why, and until when somebody looks at it again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from permissions.labels import validate_label
from permissions.levels import Level
from permissions.models.people import Team

if TYPE_CHECKING:
    from permissions.models.people import User

LEAST_REASON = 15


class Moment(NamedTuple):
    """A time, and its day of UTC: the day of the reader's zone, which they choose, would end a rule hours earlier."""

    time: datetime
    day: date

    @classmethod
    def now(cls) -> Moment:
        now = timezone.now()
        return cls(now, now.astimezone(UTC).date())


class RuleQuerySet(models.QuerySet["OptOutRule"]):
    def in_force(self, at: Moment | None = None) -> RuleQuerySet:
        """Rules that hold now, or at a moment: begun, not withdrawn, and not lapsed at their review."""
        now, today = at or Moment.now()
        lapsed = Q(at_review=OptOutRule.AtReview.LAPSE, review_on__lte=today)
        return self.filter(starts_at__lte=now, withdrawn_at=None).exclude(lapsed)

    def stopping(self, user: User) -> RuleQuerySet:
        """Rules that name this person, directly, by a team, or with everyone, and do not spare them."""
        teams = Team.objects.filter(members=user)
        named = Q(everyone=True) | Q(people=user) | Q(teams__in=teams)
        spared = self.model.objects.filter(Q(except_people=user) | Q(except_teams__in=teams))
        return self.filter(pk__in=self.model.objects.filter(named)).exclude(pk__in=spared)


class OptOutRule(models.Model):
    """Closes whatever carries `label`, at `level`, to the people and teams it names."""

    class AtReview(models.TextChoices):
        LAPSE = "lapse", "the rule ends"
        NAG = "nag", "the rule stays and its owner is reminded"

    label = models.CharField(max_length=500, validators=[validate_label], db_index=True)
    level = models.CharField(max_length=8, choices=Level)
    reason = models.TextField(
        help_text="Shown to everyone the rule stops.", validators=[MinLengthValidator(LEAST_REASON)]
    )
    legal_basis = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="owned_rules")
    everyone = models.BooleanField(default=False)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="stopped_by", blank=True)
    teams = models.ManyToManyField(Team, related_name="stopped_by", blank=True)
    except_people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="spared_by", blank=True)
    except_teams = models.ManyToManyField(Team, related_name="spared_by", blank=True)
    starts_at = models.DateTimeField(default=timezone.now)
    review_on = models.DateField()
    at_review = models.CharField(max_length=5, choices=AtReview, default=AtReview.NAG)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[OptOutRule]] = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = "opt-out rule"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="rule_has_reason", violation_error_message="Say why."),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="rule_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.label} closed at {self.level}"

    def clean(self) -> None:
        if self.review_on and self.review_on <= timezone.localdate() and self._state.adding:
            raise ValidationError({"review_on": "The review date must lie in the future."})


class RuleExceptionQuerySet(models.QuerySet["RuleException"]):
    def in_force(self, at: Moment | None = None) -> RuleExceptionQuerySet:
        """Exceptions that hold now, or at a moment."""
        now, _ = at or Moment.now()
        return self.filter(starts_at__lte=now, until__gt=now, withdrawn_at=None)


class RuleException(models.Model):
    """Waives one rule for one person or team, wholly or for what carries `label`, until a date."""

    rule = models.ForeignKey(OptOutRule, models.CASCADE, related_name="exceptions")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="exceptions", null=True, blank=True
    )
    team = models.ForeignKey(Team, models.CASCADE, related_name="exceptions", null=True, blank=True)
    label = models.CharField(
        max_length=500, blank=True, help_text="Only for what carries this label; empty waives the whole rule."
    )
    purpose = models.TextField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="approved_exceptions")
    starts_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[RuleException]] = RuleExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = "exception"
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(team__isnull=True),
                name="exception_for_a_person_or_a_team",
                violation_error_message="Name either a person or a team.",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | ~Q(person=models.F("approved_by")),
                name="exception_not_approved_by_its_person",
                violation_error_message="Nobody approves their own exception.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.team}: {self.rule}"
