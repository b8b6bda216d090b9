"""What people and teams are given, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from permissions.models.people import Team

if TYPE_CHECKING:
    from permissions.models.people import User


def mine(user: User) -> Q:
    """The condition on something given: to this person, or to a team they are in now."""
    return Q(person=user) | Q(team__in=Team.objects.filter(members=user))


class Given(models.Model):
    """Something that a person or a team has; whoever leaves the team has it no longer."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="%(class)ss", null=True, blank=True
    )
    team = models.ForeignKey(Team, models.CASCADE, related_name="%(class)ss", null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True)
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(team__isnull=True),
                name="%(class)s_person_or_team",
                violation_error_message="Name either a person or a team.",
            )
        ]

    @property
    def whom(self) -> User | Team:
        """Who has it."""
        return self.person or self.team  # type: ignore[return-value]  # the constraint says that there is one
