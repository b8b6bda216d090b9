"""Tokens cannot be guessed, and nobody gets to try for long: unknown ones are counted by address."""

from __future__ import annotations

import logging
from hashlib import sha256

from django.core.cache import cache
from redis import RedisError
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from permissions.audit import note

logger = logging.getLogger(__name__)

MOST = 20  # different unknown tokens from one address
SECONDS = 60


def require_patience(request: Request) -> None:
    """Raise `Throttled` for an address that has tried too many tokens, before another is looked at."""
    try:
        tried = cache.get(_key(request), 0)
    except RedisError as error:
        logger.warning("guesses at tokens are not counted: Redis is away (%s)", type(error).__name__)
        return
    if tried >= MOST:
        _note_once(request)
        raise Throttled(SECONDS, "Too many unknown tokens came from this address.")


def _note_once(request: Request) -> None:
    """One entry a minute: a program that goes on must not fill the record."""
    try:
        first = cache.add(f"{_key(request)}:noted", 1, SECONDS)
    except RedisError:
        first = True
    if first:
        note(
            "token.refused",
            actor=None,
            note="Too many unknown tokens came from this address; others are not looked at.",
        )


def note_guess(request: Request, digest: str) -> None:
    """Count an unknown token; a program that keeps sending the same wrong one does not guess."""
    key = _key(request)
    try:
        if cache.add(f"{key}:{digest[:16]}", 1, SECONDS):
            cache.add(key, 0, SECONDS)
            cache.incr(key)
    except (RedisError, ValueError) as error:  # ValueError: the count ended between the two calls
        logger.warning("a guess at a token was not counted (%s)", type(error).__name__)


def _key(request: Request) -> str:
    address = str(BaseThrottle().get_ident(request))
    return f"token-guesses:{sha256(address.encode()).hexdigest()[:32]}"
