"""Work on notices in the background."""

from celery import shared_task

from notifications.services import remove_old


@shared_task(name="notifications.remove_old", soft_time_limit=300, time_limit=330)
def remove_old_notices() -> int:
    """Remove what was read long ago; returns how many notices."""
    return remove_old()
