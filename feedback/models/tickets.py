"""A ticket: what somebody says of a dataset, where it stands, and everything that happened to it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from catalog.models import Dataset, Field
from feedback.kinds import KINDS, SEVERITIES, Kind, Priority, Severity
from feedback.querysets import TicketQuerySet
from feedback.workflow import WORDS, State
from permissions.querysets import Guarded

LONGEST_TITLE, LONGEST_TEXT = 200, 20_000


class Ticket(Guarded):
    """What is wrong, missing, unclear or wished for with a dataset, or with one field of it; as hidden as that is."""

    label_paths = ("dataset__labels", "field__labels")

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="tickets", db_index=False)
    field = models.ForeignKey(Field, models.CASCADE, related_name="tickets", null=True, blank=True)
    kind = models.CharField(max_length=9, choices=[(kind.value, KINDS[kind].words) for kind in Kind])
    severity = models.CharField(max_length=8, choices=[(one.value, SEVERITIES[one].words) for one in Severity])
    title = models.CharField(max_length=LONGEST_TITLE)
    body = models.TextField(blank=True, help_text="What is there, in Markdown.")
    expected = models.TextField(blank=True, help_text="What should be there.")
    impact = models.TextField(blank=True, help_text="What it is needed for, and how this hurts.")
    evidence = models.URLField(max_length=2_000, blank=True, help_text="A query or a chart that shows it.")
    row_key = models.JSONField(null=True, help_text="Values of the key of the row meant; shown to who may sample.")

    state = models.CharField(max_length=11, choices=[(one.value, WORDS[one]) for one in State], default=State.NEW.value)
    state_since = models.DateTimeField(default=timezone.now)
    priority = models.PositiveSmallIntegerField(
        choices=[(one.value, one.words) for one in Priority], default=Priority.NORMAL.value
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="reported_tickets", null=True, db_index=False
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="assigned_tickets", null=True, blank=True,
        db_index=False,
    )  # fmt: skip
    due_on = models.DateField(null=True, blank=True)
    duplicate_of = models.ForeignKey("self", models.SET_NULL, related_name="duplicates", null=True, blank=True)
    votes = models.PositiveIntegerField(default=0, help_text="People whom it hits too.")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    first_answer_at = models.DateTimeField(null=True)
    fixed_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True, help_text="Since when the reporter is waited for.")
    key = models.CharField(max_length=200, blank=True, help_text="What a pipeline knows its failed test by.")
    times = models.PositiveIntegerField(default=1, help_text="How often it was reported, by its pipeline.")
    reopened = models.PositiveSmallIntegerField(default=0, help_text="How often it was not gone after all.")

    objects: ClassVar[TicketQuerySet] = TicketQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["dataset", "state"], name="ticket_of_dataset"),
            models.Index(fields=["assignee", "state"], name="ticket_of_assignee"),
            models.Index(fields=["reporter", "-updated_at", "-id"], name="ticket_of_reporter"),
            models.Index(fields=["-updated_at", "-id"], name="ticket_latest"),
            models.Index(fields=["created_at"], name="ticket_age"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "key"],
                name="ticket_of_key_once_open",
                condition=~Q(key="") & ~Q(state__in=["confirmed", "declined"]),
            ),
            models.CheckConstraint(condition=~Q(title=""), name="ticket_has_title"),
            models.CheckConstraint(condition=Q(state__in=[one.value for one in State]), name="ticket_state_known"),
            models.CheckConstraint(condition=~Q(duplicate_of=F("id")), name="ticket_not_its_own_duplicate"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("feedback:ticket", args=[self.pk])

    @property
    def stands(self) -> State:
        return State(self.state)

    @property
    def is_open(self) -> bool:
        return self.stands.is_open

    @property
    def kind_look(self) -> object:
        """How its kind is called and drawn."""
        return Kind(self.kind).look

    @property
    def urgency(self) -> Priority:
        return Priority(self.priority)

    @property
    def subject(self) -> Dataset | Field:
        """What it is about."""
        return self.field or self.dataset

    def asked_as(self) -> Guarded:
        return self.subject

    def carried_labels(self) -> frozenset[str]:
        return frozenset(self.dataset.labels).union(self.field.labels if self.field else ())


class Event(models.Model):
    """Something that was done to a ticket. What was said is a `Comment`."""

    class What(models.TextChoices):
        REPORTED = "reported", "reported it"
        MOVED = "moved", "moved it"
        ASSIGNED = "assigned", "assigned it"
        PRIORITISED = "prioritised", "changed its priority"
        DUE = "due", "changed when it is due"
        CAUSED = "caused", "traced it upstream"
        CAUSES = "causes", "found this to be the cause of another"
        MERGED = "merged", "merged it into another"
        RECEIVED = "received", "merged another into it"
        WAITING = "waiting", "asked the reporter"
        ANSWERED = "answered", "answered what was asked"
        ATTACHED = "attached", "added a screenshot"
        BREACHED = "breached", "was not in time"

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False)
    what = models.CharField(max_length=11, choices=What)
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)
    other = models.ForeignKey(Ticket, models.CASCADE, related_name="+", null=True, db_index=False)
    words = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["ticket", "at", "id"], name="ticket_timeline")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.what}"


class Cause(models.Model):
    """The problem of one ticket comes from that of another, upstream."""

    effect = models.ForeignKey(Ticket, models.CASCADE, related_name="causes", db_index=False)
    cause = models.ForeignKey(Ticket, models.CASCADE, related_name="effects")
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["effect", "cause"], name="cause_once"),
            models.CheckConstraint(condition=~Q(effect=F("cause")), name="cause_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.cause_id} → {self.effect_id}"
