"""Signatures by which a receiver knows who sent a body, as Standard Webhooks (standardwebhooks.com) has them."""

from __future__ import annotations

import hmac
import os
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

PREFIX: Final = "whsec_"
BYTES: Final = 32


def new_key() -> str:
    """Return a key of 256 random bits."""
    return PREFIX + b64encode(os.urandom(BYTES)).decode()


def headers(message_id: str, timestamp: int, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """Return what goes with a body: its id, when it was sent, and a signature by each key."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(message_id, timestamp, body, key) for key in keys),
    }


def signature(message_id: str, timestamp: int, body: bytes, key: str) -> str:
    secret = b64decode(key.removeprefix(PREFIX))
    signed = hmac.new(secret, f"{message_id}.{timestamp}.".encode() + body, sha256).digest()
    return f"v1,{b64encode(signed).decode()}"
