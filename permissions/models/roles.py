"""Roles: what somebody may do all over the catalog."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from permissions.models.given import Given


class Role(models.TextChoices):
    """Few on purpose: whoever answers for one thing is given a grant on it instead."""

    ADMINISTRATOR = "administrator", "administrator"  # people, teams, roles, settings; staff mode
    COUNCIL = "council", "data council"  # rules and exceptions nobody else answers for, what words mean
    ENGINEER = "engineer", "data engineer"  # connects sources and manages those they may see

    @property
    def in_words(self) -> str:
        """What it lets people do."""
        words = {
            "administrator": "manages people, teams and roles, writes rules, connects sources, may start staff mode",
            "council": "writes rules, decides on exceptions nobody answers for, and decides who may write what",
            "engineer": "connects sources, and manages every source that they may see",
        }
        return words[self.value]


class RoleGrant(Given):
    """A person or team has a role."""

    role = models.CharField(max_length=13, choices=Role)

    class Meta(Given.Meta):
        constraints = [
            *Given.Meta.constraints,
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_known"),
            models.UniqueConstraint(fields=["role", "person"], name="role_once_for_a_person"),
            models.UniqueConstraint(fields=["role", "team"], name="role_once_for_a_team"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.whom}"
