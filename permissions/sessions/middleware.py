"""Keeps the list of sessions true as they are used."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.core.cache import cache
from redis import RedisError

from permissions.sessions.services import forget_session, note_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

SECONDS = 60
logger = logging.getLogger(__name__)


class SessionsMiddleware:
    """Notes the use of a session, to the minute: most requests write nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = request.session.session_key
        response = self.get_response(request)
        if before and request.session.accessed:
            _keep(request, before)
        return response


def _keep(request: HttpRequest, before: str) -> None:
    moved = request.session.session_key != before
    if not request.user.is_authenticated:
        if moved:
            forget_session(key=before)
    elif moved or _is_due(before):
        note_session(request=request, key=before)


def _is_due(key: str) -> bool:
    try:
        return bool(cache.add(f"session-used:{key}", 1, SECONDS))
    except RedisError as error:
        logger.warning("use of a session was not noted: Redis is away (%s)", type(error).__name__)
        return False


def noted_now(key: str) -> None:
    """Say that a session's use is kept already: it has just begun."""
    _is_due(key)
