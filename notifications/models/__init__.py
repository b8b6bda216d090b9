"""What people and programs outside were told."""

from notifications.models.mails import Choice, Mail
from notifications.models.notices import Notice, NoticeQuerySet
from notifications.models.webhooks import Delivery, Webhook

__all__ = ["Choice", "Delivery", "Mail", "Notice", "NoticeQuerySet", "Webhook"]
