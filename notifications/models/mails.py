"""What people chose to be told by mail, and each mail."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from notifications.often import WORDS, Often


class Choice(models.Model):
    """How often one person is mailed about a topic, or about one thing; a thing that is `muted` is told nowhere."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_choices", db_index=False)
    topic = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    often = models.CharField(max_length=7, choices=[(one.value, WORDS[one]) for one in Often])
    muted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(topic="") ^ Q(subject=""), name="choice_of_topic_or_thing"),
            models.CheckConstraint(condition=Q(subject="") ^ Q(subject_id__isnull=False), name="choice_thing_whole"),
            models.UniqueConstraint(
                fields=["person", "topic", "subject", "subject_id"], name="choice_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.topic or self.subject}"


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self) -> MailQuerySet:
        """Those to be sent now, the earliest first."""
        return self.filter(state=Mail.State.WAITING, due_at__lte=timezone.now()).order_by("due_at", "pk")


class Mail(models.Model):
    """One mail to one person. What it says is worked out when it is sent, from its notices; its id never changes, so
    that one that is sent again, because nobody knows whether it arrived, is known as the same."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        SENT = "sent", "sent"
        WITHHELD = "withheld", "withheld"
        DEAD = "dead", "given up"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)

    objects: ClassVar[MailQuerySet] = MailQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="mail_due"),
            models.Index(fields=["made_at"], name="mail_age"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.state}"
