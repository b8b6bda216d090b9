"""What people and programs outside were told."""

from notifications.models.notices import Notice, NoticeQuerySet
from notifications.models.webhooks import Delivery, Webhook

__all__ = ["Delivery", "Notice", "NoticeQuerySet", "Webhook"]
