"""How often one may ask."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from redis import RedisError
from rest_framework.throttling import SimpleRateThrottle

if TYPE_CHECKING:  # the framework reads this module while it is imported
    from rest_framework.request import Request
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)


class RequestThrottle(SimpleRateThrottle):
    """So many requests a minute for each token, and for each person who signed in; the rest is answered 429.

    While Redis is away nobody is throttled: reading the catalog needs no Redis.
    """

    scope = "api"

    def get_rate(self) -> str:
        return f"{settings.API_REQUESTS_PER_MINUTE}/minute"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        if not request.user.is_authenticated:
            return None
        who = f"token-{request.auth.pk}" if hasattr(request.auth, "pk") else f"user-{request.user.pk}"
        return self.cache_format % {"scope": self.scope, "ident": who}

    def allow_request(self, request: Request, view: APIView) -> bool:
        try:
            return bool(super().allow_request(request, view))
        except RedisError as error:
            logger.warning("requests are not throttled: Redis is away (%s)", type(error).__name__)
            return True
