"""Work on tickets in the background."""

from celery import shared_task

from feedback.overdue import check_clocks


@shared_task(name="feedback.check_clocks", soft_time_limit=50, time_limit=60, expires=60)
def check_service_levels() -> tuple[int, int]:
    """Warn of what is due soon and escalate what is overdue; returns how many clocks of each."""
    return check_clocks()
