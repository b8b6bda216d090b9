"""Tokens: how programs speak for a person."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from permissions.denials import EVERYTHING, NO_RULE, Denial
from permissions.labels import validate_label
from permissions.levels import Level

MOST_LABELS = 50


class TokenQuerySet(models.QuerySet["Token"]):
    def in_force(self) -> TokenQuerySet:
        """Tokens that open something now."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now(), owner__is_active=True)

    def in_states(self, states: Iterable[str]) -> TokenQuerySet:
        """Tokens in any of the states, as `Token.state` says of each."""
        over = Q(expires_at__lte=timezone.now())
        whole = Q(revoked_at=None)
        conditions = {"revoked": ~whole, "expired": whole & over, "active": whole & ~over}
        return self.filter(reduce(or_, (conditions[state] for state in states)))


class Token(models.Model):
    """A secret that acts for `owner` through the API, within `scopes`. The secret itself is kept nowhere."""

    class Scope(models.TextChoices):
        READ = "read", "read the catalog"
        HARVEST = "harvest", "start, stop and confirm harvests"
        WRITE = "write", "change descriptions and schedules"
        LINEAGE = "lineage", "report lineage and quality results"
        SCIM = "scim", "manage people and teams by SCIM"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80, help_text="What uses it.")
    digest = models.CharField(max_length=64, unique=True, editable=False, help_text="SHA-256 of the secret.")
    hint = models.CharField(max_length=12, editable=False, help_text="How the secret begins.")
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope))
    only_labels = ArrayField(
        models.CharField(max_length=500, validators=[validate_label]), default=list, blank=True, size=MOST_LABELS,
        help_text="Not empty: it reads nothing but what carries one of these.",
    )  # fmt: skip
    kept_from = ArrayField(
        models.CharField(max_length=500, validators=[validate_label]), default=list, blank=True, size=MOST_LABELS,
        help_text="It reads nothing that carries one of these.",
    )  # fmt: skip
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[TokenQuerySet] = TokenQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="token_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="token_has_a_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @property
    def limits(self) -> tuple[Denial, ...]:
        """What its labels keep it out of, besides what the rules keep its owner out of."""
        outside = [Denial(NO_RULE, EVERYTHING, Level.DISCOVER, frozenset(self.only_labels))] if self.only_labels else []
        return (*outside, *(Denial(NO_RULE, label, Level.DISCOVER) for label in self.kept_from))

    @property
    def state(self) -> str:
        """revoked, expired or active."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at <= timezone.now() else "active"
