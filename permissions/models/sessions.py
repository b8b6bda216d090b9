"""Where somebody is signed in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

LONGEST_AGENT = 300
LONGEST_SID = 255


class UserSessionQuerySet(models.QuerySet["UserSession"]):
    def open(self) -> UserSessionQuerySet:
        """Sessions that nobody has ended and that have not run out."""
        return self.filter(ended_at=None, expires_at__gt=timezone.now())


class UserSession(models.Model):
    """A browser that signed in as `user`, as long as it stays so. `key` is the key of Django's session."""

    class Way(models.TextChoices):
        PASSWORD = "password", "password"
        PASSKEY = "passkey", "passkey"
        PROVIDER = "provider", "the company's provider"
        OTHER = "other", "another way"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sessions")
    key = models.CharField(max_length=40, unique=True, editable=False)
    way = models.CharField(max_length=8, choices=Way, default=Way.OTHER)
    provider_sid = models.CharField(max_length=LONGEST_SID, blank=True, help_text="The provider's name for it.")
    agent = models.CharField(max_length=LONGEST_AGENT, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[UserSession]] = UserSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-last_used_at", "-id"]
        indexes = [
            models.Index(fields=["user", "ended_at"], name="user_session_of_user"),
            models.Index(fields=["provider_sid"], name="user_session_sid", condition=~models.Q(provider_sid="")),
        ]

    def __str__(self) -> str:
        return f"{self.user} from {self.address}"
