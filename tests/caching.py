"""A cache of its own for each test: the Redis they share is never emptied, as others use it at the same time."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def _cache_of_its_own(settings: Any) -> None:
    """Keys begin with what nobody else's do, also in the threads of a live server."""
    default = settings.CACHES["default"] | {"KEY_PREFIX": f"{settings.CACHES['default']['KEY_PREFIX']}-{uuid4().hex}"}
    settings.CACHES = settings.CACHES | {"default": default}


def forget_cached() -> None:
    """Let nothing be found that was cached so far in this test."""
    cache: Any = caches["default"]
    cache.key_prefix = uuid4().hex
