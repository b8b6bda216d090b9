"""Rules that say of things what nobody has said yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from catalog.models.history import Edit


class MetadataRule(models.Model):
    """What is said of datasets whose key fits `pattern`, or of those of their fields whose name fits `field_pattern`.

    It acts as its author: where they may write, and no further. `*` stands for any letters, `?` for one.
    """

    name = models.CharField(max_length=120)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="metadata_rules")
    pattern = models.CharField(max_length=500, help_text="Keys of datasets, as crm.*")
    field_pattern = models.CharField(max_length=200, blank=True, help_text="Names of fields; empty for datasets.")
    given = models.JSONField(help_text="Values by fact, as they would be given.")
    on = models.BooleanField("runs after each harvest", default=True)
    made_at = models.DateTimeField(default=timezone.now)
    last_edit = models.ForeignKey(Edit, models.SET_NULL, related_name="+", null=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:metadata_rule", args=[self.pk])

    @property
    def kind(self) -> str:
        return "field" if self.field_pattern else "dataset"
