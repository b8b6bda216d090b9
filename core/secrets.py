"""Secrets at rest: encrypted with keys from the environment, decrypted only where they are used."""

import json
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class UnreadableSecret(Exception):
    """A stored secret cannot be decrypted with any of the configured keys."""


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(value: dict[str, Any]) -> str:
    """Return `value` encrypted with the first configured key; an empty dictionary is the empty text."""
    if not value:
        return ""
    return _box(tuple(settings.CONCORD_ENCRYPTION_KEYS)).encrypt(json.dumps(value).encode()).decode()


def unseal(text: str) -> dict[str, Any]:
    """Return what `seal` was given. Raises `UnreadableSecret` when no configured key fits."""
    if not text:
        return {}
    try:
        opened = _box(tuple(settings.CONCORD_ENCRYPTION_KEYS)).decrypt(text.encode())
    except InvalidToken as error:
        raise UnreadableSecret(
            "The stored secret was encrypted with a key that CONCORD_ENCRYPTION_KEYS no longer lists. "
            "Add that key back, or enter the secret again."
        ) from error
    value: dict[str, Any] = json.loads(opened)
    return value
