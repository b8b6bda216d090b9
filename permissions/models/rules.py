"""Opt-out rules: what is closed to whom, why, and until when somebody looks at it again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.conf import settings
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from permissions.labels import validate_label
from permissions.levels import Level
from permissions.models.people import Team

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from permissions.models.people import User

LEAST_REASON = 15
LONGEST_REASON = 5_000
LONGEST_LABEL = 600


class RuleState(models.TextChoices):
    """Where a rule is in its life; one that is due for review is in force as well."""

    IN_FORCE = "in_force", "in force"
    LATER = "later", "starts later"
    DUE = "due", "due for review"
    LAPSED = "lapsed", "lapsed"
    WITHDRAWN = "withdrawn", "withdrawn"


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

    def in_state(self, state: str) -> RuleQuerySet:
        """Rules that are in one of the states, as `OptOutRule.state` says of each."""
        now, today = Moment.now()
        lapsed = Q(at_review=OptOutRule.AtReview.LAPSE, review_on__lte=today)
        if state == RuleState.WITHDRAWN:
            return self.exclude(withdrawn_at=None)
        conditions = {
            RuleState.LAPSED: lapsed,
            RuleState.LATER: ~lapsed & Q(starts_at__gt=now),
            RuleState.DUE: Q(at_review=OptOutRule.AtReview.NAG, starts_at__lte=now, review_on__lte=today),
            RuleState.IN_FORCE: Q(starts_at__lte=now, review_on__gt=today),
        }
        return self.filter(conditions[RuleState(state)], withdrawn_at=None)

    def with_people(self) -> RuleQuerySet:
        """With everybody they name."""
        named = ("people", "teams", "except_people", "except_teams")
        return self.select_related("owner", "by_grant_of").prefetch_related(*named)

    def naming(self, user: User) -> RuleQuerySet:
        """Rules that name this person, directly, by a team, or with everyone, and perhaps spare them."""
        return self.filter(Q(everyone=True) | _listed("people", "teams", user))

    def stopping(self, user: User) -> RuleQuerySet:
        """Rules that name this person and do not spare them."""
        return self.naming(user).filter(~_listed("except_people", "except_teams", user))


def _listed(people: str, teams: str, user: User) -> Q:
    """Whether a rule lists the person among some people, or a team of theirs among some teams."""
    by_name = getattr(OptOutRule, people).through.objects.filter(optoutrule=OuterRef("pk"), user=user)
    by_team = getattr(OptOutRule, teams).through.objects.filter(optoutrule=OuterRef("pk"), team__in=teams_of(user))
    return Q(Exists(by_name)) | Q(Exists(by_team))


def teams_of(user: User) -> QuerySet[Any]:
    """The ids of the teams somebody is in, as a subquery."""
    return Team.members.through.objects.filter(user=user).values("team")


class OptOutRule(models.Model):
    """Closes whatever carries `label`, at `level`, to the people and teams it names."""

    class AtReview(models.TextChoices):
        LAPSE = "lapse", "the rule ends"
        NAG = "nag", "the rule stays and its owner is reminded"

    class Mask(models.TextChoices):
        HIDDEN = "hidden", "nothing of it"
        HASHED = "hashed", "a keyed hash"
        PARTIAL = "partial", "its last four characters"
        GENERALISED = "generalised", "something coarser, such as the year of a date"

    label = models.CharField(max_length=LONGEST_LABEL, validators=[validate_label], db_index=True)
    level = models.CharField(max_length=8, choices=Level)
    mask = models.CharField(
        max_length=11, choices=Mask, default=Mask.HIDDEN, help_text="What stands for a value closed at sample."
    )
    reason = models.TextField(
        help_text="Shown to everyone the rule stops; Markdown.",
        validators=[MinLengthValidator(LEAST_REASON), MaxLengthValidator(LONGEST_REASON)],
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
    version = models.PositiveIntegerField(default=0, editable=False, help_text="The number of its latest version.")
    nagged_on = models.DateField(null=True, editable=False, help_text="When its review was last asked for.")
    by_grant_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
        help_text="Who wrote it by a grant; nobody, where the council did, or has taken it over.",
    )

    uncovered_on = models.DateField(null=True, editable=False, help_text="When it was told that no grant covers it.")

    objects: ClassVar[RuleQuerySet] = RuleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "opt-out rule"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="rule_has_reason", violation_error_message="Say why."),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="rule_level_known"),
            models.CheckConstraint(
                condition=Q(level=Level.SAMPLE, mask__in=["hidden", "hashed", "partial", "generalised"])
                | Q(mask="hidden"),
                name="rule_masks_at_sample",
                violation_error_message="Only values are masked: choose the level sample, or hide them.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} closed at {self.level}"

    def get_absolute_url(self) -> str:
        return reverse("permissions:rule", args=[self.pk])

    @property
    def state(self) -> RuleState:
        """Whether it holds, and if not, why."""
        now, today = Moment.now()
        if self.withdrawn_at:
            return RuleState.WITHDRAWN
        if self.review_on <= today and self.at_review == self.AtReview.LAPSE:
            return RuleState.LAPSED
        if self.starts_at > now:
            return RuleState.LATER
        return RuleState.DUE if self.review_on <= today else RuleState.IN_FORCE


class RuleExceptionQuerySet(models.QuerySet["RuleException"]):
    def in_force(self, at: Moment | None = None) -> RuleExceptionQuerySet:
        """Exceptions that hold now, or at a moment."""
        now, _ = at or Moment.now()
        return self.filter(starts_at__lte=now, until__gt=now, withdrawn_at=None)

    def held_by(self, user: User) -> RuleExceptionQuerySet:
        """Exceptions made for this person or a team they are in."""
        return self.filter(Q(person=user) | Q(team__in=teams_of(user)))


class RuleException(models.Model):
    """Waives one rule for one person or team, wholly or for what carries `label`, until a date."""

    rule = models.ForeignKey(OptOutRule, models.CASCADE, related_name="exceptions")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="exceptions", null=True, blank=True
    )
    team = models.ForeignKey(Team, models.CASCADE, related_name="exceptions", null=True, blank=True)
    label = models.CharField(
        max_length=LONGEST_LABEL, blank=True, help_text="Only for what carries this label; empty waives the whole rule."
    )
    purpose = models.TextField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="approved_exceptions")
    starts_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        db_index=False,
    )
    withdrawn_because = models.TextField(blank=True, editable=False)
    warned_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When its end was announced.")
    review_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    end_told_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[RuleExceptionQuerySet] = RuleExceptionQuerySet.as_manager()  # type: ignore[assignment]

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
            models.CheckConstraint(
                condition=Q(until__gt=models.F("starts_at")),
                name="exception_ends_after_it_begins",
                violation_error_message="It must end after it begins.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.team}: {self.rule}"

    def get_absolute_url(self) -> str:
        return reverse("permissions:exception", args=[self.pk])

    @property
    def state(self) -> str:
        """withdrawn, ended, planned or active."""
        now = timezone.now()
        if self.withdrawn_at:
            return "withdrawn"
        return "ended" if self.until <= now else "planned" if self.starts_at > now else "active"
