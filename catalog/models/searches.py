"""What people search for: searches they keep, what those found new, and what they typed last."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from catalog.models.datasets import Dataset


class SavedSearch(models.Model):
    """A search that a person keeps, as the query string of its page: words, filters and sort.

    Datasets first seen after `created_at` are new to it. `position` says, as `catalog.search.position` writes it, up
    to which moment changes were looked at; empty until the first look.
    """

    class Notify(models.TextChoices):
        NEVER = "never", "Never"
        DAILY = "daily", "Once a day"
        AT_ONCE = "at_once", "At once"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches", db_index=False)
    name = models.CharField(max_length=120)
    query = models.TextField(blank=True)
    notify = models.CharField(max_length=7, choices=Notify, default=Notify.NEVER)
    created_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(default=timezone.now)
    position = models.TextField(blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="saved_search_named_once")]
        indexes = [
            models.Index(fields=["checked_at"], name="saved_search_due", condition=~models.Q(notify="never")),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:saved_search", args=[self.pk])


class SavedSearchMatch(models.Model):
    """A dataset that was new when it matched; each is told of once."""

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="matches", db_index=False)
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="search_matches")
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "dataset"], name="match_told_once")]
        indexes = [models.Index(fields=["search", "-found_at"], name="match_latest")]

    def __str__(self) -> str:
        return f"{self.search_id}: {self.dataset_id}"


class RecentSearch(models.Model):
    """Words a person searched for lately; a few are kept, and the person can clear them."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recent_searches", db_index=False)
    text = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "text"], name="recent_search_once")]
        indexes = [models.Index(fields=["person", "-at"], name="recent_search_latest")]

    def __str__(self) -> str:
        return self.text
