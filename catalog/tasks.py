"""Work of the catalog in the background."""

from celery import shared_task

from catalog.following import check_saved_searches
from catalog.services import refresh_popularity


@shared_task(name="catalog.refresh_popularity", soft_time_limit=300, time_limit=330)
def refresh_popularity_daily() -> int:
    """Bring the popularity of every dataset up to date; returns how many changed."""
    return refresh_popularity()


@shared_task(name="catalog.check_saved_searches", soft_time_limit=300, time_limit=330)
def check_saved_searches_now() -> int:
    """Tell people of new datasets that match what they saved; returns how many matches."""
    return check_saved_searches()
