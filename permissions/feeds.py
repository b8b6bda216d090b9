"""What of this app webhooks may tell."""

from permissions.webhooks.record import RECORD

FEEDS = (RECORD,)
