"""What the council leaves to the clock."""

from __future__ import annotations

from celery import shared_task

from definitions.deciding import close_due
from definitions.remeasuring import count_version


@shared_task(name="definitions.close_votes", soft_time_limit=120, time_limit=150, expires=60)
def close_votes() -> int:
    """Close the votes whose time is over."""
    return close_due()


__all__ = ["close_votes", "count_version"]
