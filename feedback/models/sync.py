"""Trackers outside that tickets are kept in step with, and what of each is known there."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from catalog.models import Domain
from core.secrets import seal, unseal
from feedback.models.talk import Comment
from feedback.models.tickets import Ticket


class Tracker(models.Model):
    """A project of a tracker outside, for tickets of one domain, as far as `speaks_for` may read and move them."""

    class Kind(models.TextChoices):
        JIRA = "jira", "Jira Cloud"
        GITHUB = "github", "GitHub Issues"

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=6, choices=Kind)
    address = models.CharField(max_length=500, help_text="Of its API, as https://example.atlassian.net.")
    project = models.CharField(max_length=200, help_text="A project's key, or owner/repository.")
    sealed = models.TextField(editable=False, help_text="The account and the token, encrypted.")
    domain = models.ForeignKey(Domain, models.PROTECT, related_name="+")
    speaks_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    pulled_at = models.DateTimeField(null=True, help_text="Up to when changes there are known.")
    worked_at = models.DateTimeField(null=True, help_text="The last time that all went well.")
    trouble = models.CharField(max_length=300, blank=True)
    off_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("feedback:trackers")

    @property
    def secrets(self) -> dict[str, Any]:
        """`account` and `token`. Raises `UnreadableSecret`."""
        return unseal(self.sealed)

    @secrets.setter
    def secrets(self, values: dict[str, Any]) -> None:
        self.sealed = seal(values)


class Mirror(models.Model):
    """A ticket as it stands in a tracker. `pushed` and `seen` are its state there, as we last set and last read it:
    what is read is news only where it is neither."""

    tracker = models.ForeignKey(Tracker, models.CASCADE, related_name="mirrors", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="mirrors")
    remote = models.CharField(max_length=100, help_text="Its key there.")
    url = models.CharField(max_length=1_000)
    pushed = models.CharField(max_length=8, blank=True)
    seen = models.CharField(max_length=8, blank=True)
    told_up_to = models.BigIntegerField(default=0, help_text="The last comment that was looked at.")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tracker", "ticket"], name="mirror_once"),
            models.UniqueConstraint(fields=["tracker", "remote"], name="mirror_of_one_ticket"),
        ]

    def __str__(self) -> str:
        return self.remote


class MirroredComment(models.Model):
    """One comment on both sides, whichever it came from: so that none goes round."""

    mirror = models.ForeignKey(Mirror, models.CASCADE, related_name="comments", db_index=False)
    comment = models.OneToOneField(Comment, models.CASCADE, related_name="+")
    remote = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mirror", "remote"], name="mirrored_comment_once")]

    def __str__(self) -> str:
        return self.remote
