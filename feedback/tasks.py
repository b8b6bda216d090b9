"""Work on tickets in the background."""

from celery import shared_task

from feedback.models import Tracker
from feedback.overdue import check_clocks
from feedback.sync.taking_turns import step_alone


@shared_task(name="feedback.check_clocks", soft_time_limit=50, time_limit=60, expires=60)
def check_service_levels() -> tuple[int, int]:
    """Warn of what is due soon and escalate what is overdue; returns how many clocks of each."""
    return check_clocks()


@shared_task(name="feedback.keep_step", soft_time_limit=20, time_limit=30, expires=60)
def keep_step_with_all() -> int:
    """Have each tracker looked at; returns how many there are."""
    trackers = list(Tracker.objects.filter(off_at=None).values_list("pk", flat=True))
    for pk in trackers:
        keep_step_with.delay(pk)
    return len(trackers)


@shared_task(name="feedback.keep_step_with", soft_time_limit=240, time_limit=270, expires=60)
def keep_step_with(pk: int) -> int:
    """Tell and hear all that is new of one tracker; returns how many things were passed on."""
    return step_alone(pk)
