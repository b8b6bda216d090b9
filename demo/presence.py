"""Whether Northbeam is in this catalog: asked on every page, for the navigation, and therefore remembered a while."""

from django.core.cache import cache

from catalog.models import Dataset
from permissions.demo import TEAM

KEY = "demo.presence"
PRESENT_SECONDS = 300
ABSENT_SECONDS = 15  # a newcomer is waiting for it while the demo is built


def is_here() -> bool:
    """Whether its people own sources here and have certified some of what was harvested from them.

    Asks the catalog and not the demo's own modules, which bring every connector into the web process.
    """
    return Dataset.objects.filter(source__owner__teams__slug=TEAM, certified_by__teams__slug=TEAM).exists()


def seems_here() -> bool:
    """`is_here` as of some seconds or minutes ago, for what stands on every page."""
    known: bool | None = cache.get(KEY)
    if known is None:
        known = is_here()
        cache.set(KEY, known, PRESENT_SECONDS if known else ABSENT_SECONDS)
    return known
