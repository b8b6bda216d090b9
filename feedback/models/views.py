"""What people saved to look at again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone


class SavedView(models.Model):
    """Filters of the list of tickets, under a name of its owner's."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="ticket_views", db_index=False)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1_000, help_text="The query string of the list.")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="ticket_view_named_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('feedback:tickets')}?{self.query}"
