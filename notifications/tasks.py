"""Work on notices and webhooks in the background."""

from celery import shared_task

from notifications.mail.gathering import gather
from notifications.mail.sending import send_due
from notifications.services import remove_old
from notifications.webhooks.delivering import deliver, remove_old_deliveries, waiting_webhooks
from notifications.webhooks.filling import fill_all


@shared_task(name="notifications.remove_old", soft_time_limit=300, time_limit=330)
def remove_old_notices() -> int:
    """Remove what was read long ago; returns how many notices."""
    return remove_old()


@shared_task(name="notifications.mail", soft_time_limit=240, time_limit=270, expires=60)
def mail_notices() -> int:
    """Mail what is due; returns how many mails were sent."""
    gather()
    return send_due()


@shared_task(name="webhooks.fill", soft_time_limit=120, time_limit=150, expires=30)
def fill_webhooks() -> int:
    """Make deliveries of what happened since, and have those that are due sent; returns how many were made."""
    made = fill_all()
    for pk in waiting_webhooks():
        deliver_webhook.delay(pk)
    return made


@shared_task(name="webhooks.deliver", soft_time_limit=75, time_limit=85, expires=60)
def deliver_webhook(pk: int) -> int:
    """Send what is due to one webhook; returns how many arrived."""
    return deliver(pk)


@shared_task(name="webhooks.remove_old", soft_time_limit=600, time_limit=660)
def remove_deliveries() -> int:
    """Forget deliveries of long ago; returns how many."""
    return remove_old_deliveries()
