"""What stands around tickets: screenshots, ready answers, who stands in, announcements and reviews."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils import timezone

from catalog.models import Dataset, Domain
from feedback.models.tickets import Ticket


class Attachment(models.Model):
    """A screenshot, written anew from its pixels; shown to who may see values of the ticket's dataset."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="attachments", db_index=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=[("image/png", "PNG"), ("image/jpeg", "JPEG")])
    content = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("feedback:attachment", args=[self.pk])


class ReadyAnswer(models.Model):
    """Words that whoever triages a domain, or all data, answers with again and again."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="+", null=True, blank=True)
    name = models.CharField(max_length=60)
    body = models.TextField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["domain", "name"], name="ready_answer_named_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name


class Absence(models.Model):
    """Somebody is away, and who is asked instead; never two at a time."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", db_index=False)
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(person=F("deputy")), name="absence_deputy_is_another"),
            ExclusionConstraint(
                name="absence_one_at_a_time",
                index_type="GIST",
                expressions=[
                    (
                        Func(
                            F("person_id"),
                            F("person_id"),
                            function="int8range",
                            template="%(function)s(%(expressions)s, '[]')",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F("first_day"),
                            F("last_day"),
                            function="daterange",
                            template="%(function)s(%(expressions)s, '[]')",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.first_day} to {self.last_day}"


class Announcement(models.Model):
    """What a steward tells all who look at a dataset, or at the data of a domain, for some days."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="announcements", null=True, blank=True)
    domain = models.ForeignKey(Domain, models.CASCADE, related_name="announcements", null=True, blank=True)
    text = models.CharField(max_length=500)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False)

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(dataset=None) ^ Q(domain=None), name="announcement_of_one_thing"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="announcement_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.text


class ReviewQuerySet(models.QuerySet["Review"]):
    def shown(self) -> ReviewQuerySet:
        """Those that nobody has taken down."""
        return self.filter(hidden_at=None)


class Review(models.Model):
    """How useful somebody finds a dataset, with a sentence."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="reviews", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    stars = models.PositiveSmallIntegerField(help_text="1 is of no use, 5 of great use.")
    sentence = models.CharField(max_length=300)
    written_at = models.DateTimeField(default=timezone.now)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    hidden_because = models.CharField(max_length=300, blank=True)

    objects: ClassVar[ReviewQuerySet] = ReviewQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-written_at"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "author"], name="review_once"),
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="review_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.stars}"
