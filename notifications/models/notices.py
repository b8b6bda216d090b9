"""What people were told."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> NoticeQuerySet:
        """Notices that their person has not opened yet."""
        return self.filter(read_at=None)


class Notice(models.Model):
    """One thing a person was told, and where it leads.

    `subject` and `subject_id` say what it is about; whoever owns that kind of thing decides, each time the notice is
    shown, whether the person may still know of it (`notifications.subjects`). A notice about nothing has neither.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", db_index=False)
    kind = models.CharField(max_length=40, help_text="What happened, such as new_match.")
    title = models.CharField(max_length=300)
    detail = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=1000, help_text="A path of this site.")
    subject = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=120, blank=True, help_text="The same again for the same person is left out.")
    mail_at = models.DateTimeField(null=True, help_text="When it is to be mailed; empty where it is not.")
    mail = models.ForeignKey("Mail", models.SET_NULL, related_name="notices", null=True)

    objects: ClassVar[NoticeQuerySet] = NoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], condition=~Q(key=""), name="notice_once"),
            models.CheckConstraint(condition=Q(subject="") ^ Q(subject_id__isnull=False), name="notice_subject_whole"),
        ]
        indexes = [
            models.Index(
                fields=["mail_at", "person"], condition=Q(mail=None, mail_at__isnull=False), name="notice_to_mail"
            ),
            models.Index(fields=["person", "-created_at", "-id"], name="notice_latest"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["created_at"], name="notice_age"),
        ]

    def __str__(self) -> str:
        return self.title
