"""Work on people, their access and the record in the background."""

from celery import shared_task

from permissions.access_requests.follow_up import follow_up
from permissions.audit.forwarding import forward
from permissions.audit.months import make_months_ahead
from permissions.audit.retention import drop_old_months
from permissions.audit.sealing import seal
from permissions.rules.review import review_rules
from permissions.rules.uncovered import note_uncovered
from permissions.sessions.services import remove_old_sessions


@shared_task(name="audit.seal", soft_time_limit=120, time_limit=150, expires=30)
def seal_record() -> int:
    """Chain the entries written since the last time; returns how many."""
    return seal()


@shared_task(name="audit.forward", soft_time_limit=300, time_limit=330, expires=30)
def forward_record() -> int:
    """Send what was sealed to where the settings say; returns how many entries arrived."""
    return forward()


@shared_task(name="audit.keep_months", soft_time_limit=1800, time_limit=1860)
def keep_months() -> None:
    """Make the record's next months and remove those that are kept no longer."""
    make_months_ahead()
    drop_old_months()


@shared_task(name="permissions.review_rules", soft_time_limit=300, time_limit=330)
def review_rules_due() -> dict[str, int]:
    """Tell of rules that lapsed, are due for review, or are covered by no grant any more; returns how many of each."""
    return review_rules()._asdict() | {"uncovered": note_uncovered()}


@shared_task(name="permissions.remove_old_sessions", soft_time_limit=600, time_limit=660)
def remove_sessions() -> int:
    """Forget sessions that ended long ago; returns how many."""
    return remove_old_sessions()


@shared_task(name="permissions.follow_up_access", soft_time_limit=300, time_limit=330)
def follow_up_access() -> dict[str, int]:
    """Tell people of requests left lying and exceptions that end; returns how many of each."""
    return follow_up()._asdict()
