"""The council: who sits in it, how it decides, what is put to it, and every vote."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from definitions.days import today
from definitions.models.definitions import Definition, DefinitionVersion
from definitions.querysets import ProposalQuerySet, SeatQuerySet
from definitions.voting import Choice, Method, Rule
from permissions.querysets import Guarded

if TYPE_CHECKING:
    from datetime import datetime

LONGEST_REASON = 5_000


class Seat(models.Model):
    """A vote in the council: held by a person, or by a deputy where they do not vote, for what it represents."""

    represents = models.CharField(max_length=80, help_text="What it speaks for: Finance, Legal, Data engineering.")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats")
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="deputy_seats", null=True, blank=True
    )
    begins_on = models.DateField(default=today)
    ends_on = models.DateField(null=True, blank=True, help_text="The last day of its term.")

    objects: ClassVar[SeatQuerySet] = SeatQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["represents", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(represents=""), name="seat_represents_something"),
            models.CheckConstraint(condition=~Q(deputy=F("person")), name="seat_deputy_is_another"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("begins_on")), name="seat_ends_after_it_begins"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.represents}: {self.person}"


class Kind(models.TextChoices):
    """What a proposal is for."""

    NEW = "new", "new definition"
    VERSION = "version", "new version"
    PROMOTION = "promotion", "promotion to enterprise"
    RETIREMENT = "retirement", "retirement"
    SCHEMA_RULE = "schema_rule", "schema rule"


METHODS = [(Method.MAJORITY.value, "majority"), (Method.CONSENT.value, "consent without objection")]


class Ruled(models.Model):
    """How something is decided."""

    method = models.CharField(max_length=8, choices=METHODS, default=Method.MAJORITY.value)
    quorum = models.PositiveSmallIntegerField(default=50, help_text="Percentage of the seats that have to vote.")
    required = ArrayField(
        models.CharField(max_length=80), default=list, blank=True,
        help_text="What seats represent that have to vote, and whose objection stops it.",
    )  # fmt: skip

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(quorum__range=(1, 100)), name="%(class)s_quorum_is_a_share"),
            models.CheckConstraint(condition=Q(method__in=[one.value for one in Method]), name="%(class)s_method"),
        ]

    @property
    def rule(self) -> Rule:
        return Rule(Method(self.method), self.quorum, frozenset(self.required))


class DecisionRule(Ruled):
    """How proposals of one kind are decided; kinds without a row are decided by the defaults."""

    kind = models.CharField(max_length=11, choices=Kind, unique=True)
    days = models.PositiveSmallIntegerField(default=7, help_text="How long one may vote.")

    class Meta(Ruled.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Ruled.Meta.constraints,
            models.CheckConstraint(condition=Q(days__range=(1, 90)), name="decisionrule_days_few"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_method_display()}"


class Proposal(Ruled, Guarded):
    """Something put to the vote: exactly one version. Its rule is the one that stood when the vote began.

    Without `closes_at` it is a local definition's, and for the stewards of its domain to decide.
    """

    label_paths = ("definition__labels",)

    class State(models.TextChoices):
        OPEN = "open", "open"
        APPROVED = "approved", "approved"
        REJECTED = "rejected", "rejected"
        WITHDRAWN = "withdrawn", "withdrawn"

    kind = models.CharField(max_length=11, choices=Kind)
    definition = models.ForeignKey(Definition, models.CASCADE, related_name="proposals", db_index=False)
    version = models.ForeignKey(DefinitionVersion, models.CASCADE, related_name="proposals")
    reason = models.TextField(help_text="What it is for, in Markdown.")
    proposer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="proposals", null=True)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    round = models.PositiveSmallIntegerField(default=1, help_text="How often its text was put to the vote.")
    opened_at = models.DateTimeField(default=timezone.now)
    closes_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    outcome = models.TextField(blank=True, help_text="What it came to, and why, in words.")

    objects: ClassVar[ProposalQuerySet] = ProposalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Ruled.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Ruled.Meta.constraints,
            models.UniqueConstraint(fields=["definition"], name="proposal_open_once", condition=Q(state="open")),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | ~Q(state="open") & Q(decided_at__isnull=False),
                name="proposal_decided_at_some_time",
            ),
        ]
        indexes = [
            models.Index(fields=["definition", "-opened_at"], name="proposal_of_definition"),
            models.Index(fields=["closes_at"], name="proposal_closing", condition=Q(state="open")),
            models.Index(fields=["-decided_at", "-id"], name="proposal_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().capitalize()}: {self.definition.name}"

    def get_absolute_url(self) -> str:
        return reverse("definitions:proposal", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def takes_votes(self, at: datetime) -> bool:
        """Whether the council may vote at this moment."""
        return self.is_open and self.closes_at is not None and at < self.closes_at

    @property
    def authors(self) -> frozenset[int]:
        """Those whose approval alone is none: who proposed it, and who wrote what is voted on."""
        return frozenset(pk for pk in (self.proposer_id, self.version.author_id) if pk is not None)

    def asked_as(self) -> Guarded:
        return self.definition


class Ballot(models.Model):
    """One vote, for exactly one version. A changed mind is another ballot; none is ever changed or removed."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="ballots", db_index=False)
    version = models.ForeignKey(DefinitionVersion, models.CASCADE, related_name="+")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="ballots")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="ballots")
    choice = models.CharField(
        max_length=7,
        choices=[
            (Choice.APPROVE.value, "approve"),
            (Choice.OBJECT.value, "object"),
            (Choice.ABSTAIN.value, "abstain"),
        ],
    )
    reason = models.TextField(blank=True)
    cast_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["proposal", "id"], name="ballot_of_proposal")]
        constraints = [
            models.CheckConstraint(condition=~Q(choice="object") | ~Q(reason=""), name="ballot_objection_says_why"),
            models.CheckConstraint(condition=Q(choice__in=[one.value for one in Choice]), name="ballot_choice_known"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.voter}: {self.choice}"


class Remark(models.Model):
    """Something said about a proposal, or about one paragraph of what it would say."""

    class Part(models.TextChoices):
        ALL = "", "all of it"
        STATEMENT = "statement", "the statement"
        WHY = "why", "why it matters"
        EXAMPLES = "examples", "the examples"
        CRITERION = "criterion", "the criterion"
        BINDINGS = "bindings", "the bindings"

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="remarks", db_index=False)
    version = models.ForeignKey(DefinitionVersion, models.CASCADE, related_name="+")
    part = models.CharField(max_length=9, choices=Part, blank=True)
    paragraph = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of the statement, from one.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["proposal", "created_at", "id"], name="remark_of_proposal")]
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="remark_says_something")]

    def __str__(self) -> str:
        return f"{self.author}: {self.body[:60]}"


class Meeting(models.Model):
    """A meeting of the council; its minutes are its notes, and what was decided while it lasted."""

    held_on = models.DateField(default=today)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    present = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(models.Value(1), name="meeting_one_at_a_time", condition=Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return f"Council of {self.held_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        return reverse("definitions:meeting", args=[self.pk])


class MeetingNote(models.Model):
    """What was said or decided at a meeting about one item of its agenda; `ref` names the item."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="notes", db_index=False)
    ref = models.CharField(max_length=80, blank=True, help_text="As proposal:7.")
    title = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["meeting", "id"], name="note_of_meeting")]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.title}"
