"""Telling the workers that there is work, once for however many events came."""

from __future__ import annotations

import logging

from django.core.cache import cache
from kombu.exceptions import OperationalError
from redis import RedisError

from lineage.tasks import work_events

logger = logging.getLogger(__name__)

KEY = "lineage:poked"
SECONDS = 30  # after which a message is taken for lost


def poke() -> None:
    """Send one message, unless one is under way. Without Redis the sweep finds the events later: they are stored."""
    try:
        if cache.add(KEY, 1, SECONDS):
            work_events.delay()
    except (RedisError, OperationalError) as error:
        logger.warning("received events wait for the sweep: Redis is away (%s)", type(error).__name__)
