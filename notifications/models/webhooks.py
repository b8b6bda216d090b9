"""Webhooks: who outside is told of what, and each telling."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from core.secrets import seal, unseal


class Webhook(models.Model):
    """An address outside that is sent events of a feed, as far as `speaks_for` may know of them.

    The address itself is kept as secrets are: with some receivers whoever knows it may write there.
    """

    class Format(models.TextChoices):
        JSON = "json", "JSON"
        SLACK = "slack", "a sentence, as Slack reads it"
        TEAMS = "teams", "a card, as Microsoft Teams reads it"

    name = models.CharField(max_length=80, help_text="What receives it.")
    sealed = models.TextField(editable=False, help_text="The address and the keys, encrypted.")
    host = models.CharField(max_length=300, editable=False, help_text="Where it leads, without what may be secret.")
    format = models.CharField(max_length=5, choices=Format, default=Format.JSON)
    feed = models.CharField(max_length=40, help_text="Where its events come from.")
    topics = ArrayField(models.CharField(max_length=60), help_text="Kinds of events, as the feed calls them.")
    position = models.BigIntegerField(default=0, help_text="The last event of the feed that was looked at.")
    speaks_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="webhooks")
    made_at = models.DateTimeField(default=timezone.now)
    failing_since = models.DateTimeField(null=True, blank=True, help_text="The first failure after the last success.")
    arrived_at = models.DateTimeField(null=True, blank=True, help_text="The last success.")
    off_at = models.DateTimeField(null=True, blank=True, help_text="When it was switched off.")
    off_because = models.CharField(max_length=300, blank=True)
    busy_until = models.DateTimeField(null=True, blank=True, help_text="A worker sends, or died sending, until then.")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                "name", name="webhook_name", violation_error_message="Another webhook has this name."
            ),
            models.CheckConstraint(condition=Q(topics__len__gt=0), name="webhook_tells_something"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("permissions:webhook", args=[self.pk])

    @property
    def secrets(self) -> dict[str, Any]:
        """`url`, `key`, and after a change `old_key` with `old_until`. Raises `UnreadableSecret`."""
        return unseal(self.sealed)

    @secrets.setter
    def secrets(self, values: dict[str, Any]) -> None:
        self.sealed = seal(values)

    @property
    def state(self) -> str:
        """off, failing, working or new."""
        if self.off_at:
            return "off"
        if self.failing_since:
            return "failing"
        return "working" if self.arrived_at else "new"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self) -> DeliveryQuerySet:
        """Those to be sent now, of webhooks that are on; the earliest first."""
        waiting = self.filter(state=Delivery.State.WAITING, due_at__lte=timezone.now(), webhook__off_at=None)
        return waiting.order_by("due_at", "pk")


class Delivery(models.Model):
    """One event for one webhook. What it says is worked out each time it is sent, and kept nowhere."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        ARRIVED = "arrived", "arrived"
        WITHHELD = "withheld", "withheld"
        DEAD = "dead", "given up"

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", db_index=False)
    event = models.UUIDField(default=uuid4, help_text="Of the feed; the same each time it is sent.")
    kind = models.CharField(max_length=60, help_text="What happened, as rule.created.")
    happened_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="The last attempt.")
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="What the last attempt was answered.")
    answer = models.CharField(max_length=500, blank=True, help_text="How that answer began, or why there was none.")

    objects: ClassVar[DeliveryQuerySet] = DeliveryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webhook", "event"], name="delivery_once_for_a_webhook")]
        indexes = [
            models.Index(fields=["webhook", "-happened_at", "-id"], name="delivery_latest"),
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["happened_at"], name="delivery_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.webhook}"

    @property
    def message_id(self) -> str:
        """What the receiver tells repetitions by."""
        return f"msg_{UUID(str(self.event)).hex}"
