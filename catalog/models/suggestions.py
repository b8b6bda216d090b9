"""What people who may read would have those who may write say."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from catalog.models.datasets import Dataset
from catalog.models.fields import Field
from catalog.models.history import Edit
from permissions.querysets import Guarded, LabelledQuerySet


class Suggestion(Guarded):
    """Facts that somebody suggests of a dataset, or of a field of it; as hidden as the dataset.

    `given` are the values as they would be given, `before` what stood there when it was suggested.
    """

    label_paths = ("dataset__labels",)

    class State(models.TextChoices):
        OPEN = "open", "open"
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"
        WITHDRAWN = "withdrawn", "withdrawn"

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="suggestions")
    field = models.ForeignKey(Field, models.CASCADE, related_name="suggestions", null=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="suggestions", null=True)
    given = models.JSONField()
    before = models.JSONField()
    why = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    edit = models.ForeignKey(Edit, models.SET_NULL, related_name="suggestions", null=True)

    objects: ClassVar[LabelledQuerySet[Suggestion]] = LabelledQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["dataset", "id"], name="suggestion_open", condition=Q(state="open")),
            models.Index(fields=["author", "id"], name="suggestion_by"),
        ]

    def __str__(self) -> str:
        return f"suggestion {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("catalog:suggestion", args=[self.pk])

    @property
    def thing(self) -> Dataset | Field:
        return self.field or self.dataset
