"""Work of the catalog in the background."""

from celery import shared_task

from catalog.certifying import check_certificates
from catalog.following import check_saved_searches
from catalog.lifecycle import check_retirement
from catalog.protocol.evaluating import count_anew, follow
from catalog.protocol.trend import note_day
from catalog.services import refresh_popularity


@shared_task(name="catalog.refresh_popularity", soft_time_limit=300, time_limit=330)
def refresh_popularity_daily() -> int:
    """Bring the popularity of every dataset up to date; returns how many changed."""
    return refresh_popularity()


@shared_task(name="catalog.check_saved_searches", soft_time_limit=300, time_limit=330)
def check_saved_searches_now() -> int:
    """Tell people of new datasets that match what they saved; returns how many matches."""
    return check_saved_searches()


@shared_task(name="catalog.count_missing", soft_time_limit=900, time_limit=930)
def count_missing() -> int:
    """Count what is missing of the datasets that changed; returns how many datasets' completeness did."""
    return follow()


@shared_task(name="catalog.note_completeness", soft_time_limit=300, time_limit=330)
def note_completeness() -> int:
    """Write down how complete each domain is today; returns how many domains there are."""
    return note_day()


@shared_task(name="catalog.count_all_missing", soft_time_limit=60, time_limit=90)
def count_all_missing() -> None:
    """Have all datasets counted anew: people who left, for one, change nothing that the feed tells of."""
    count_anew()


@shared_task(name="catalog.check_certificates", soft_time_limit=300, time_limit=330)
def check_certificates_daily() -> int:
    """Withdraw certificates that ended, or of data that is incomplete for too long; returns how many."""
    return check_certificates()


@shared_task(name="catalog.check_retirement", soft_time_limit=300, time_limit=330)
def check_retirement_daily() -> int:
    """Tell of data that goes, or should have gone, out of use; returns how many notices."""
    return check_retirement()
