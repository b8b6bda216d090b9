"""What people say under a ticket, whom it hits too, and who wants to hear of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from feedback.models.tickets import Ticket


class Comment(models.Model):
    """Something said under a ticket, in Markdown."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="comments", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False)
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["ticket", "created_at", "id"], name="comment_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.author}"


class Vote(models.Model):
    """It hits this person too."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="votes_cast", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    use_case = models.CharField(max_length=500, blank=True, help_text="What it is needed for.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="vote_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.ticket_id}"


class Watch(models.Model):
    """This person is told of what happens to it; `muted` who was, and asked not to be any more."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="watches", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    muted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="watch_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.ticket_id}"
