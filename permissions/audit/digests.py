"""Keyed digests (HMAC, RFC 2104, with SHA-256): whoever may write to the database and lacks the key cannot make one."""

from __future__ import annotations

import hmac
import json
from datetime import UTC
from functools import cache
from hashlib import sha256
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from django.conf import settings

if TYPE_CHECKING:
    from permissions.models import AuditEntry

START: Final = "0"  # what the first entry is chained to
HINT: Final = 8


class UnknownKey(Exception):
    """No configured key made this digest."""


def made(*parts: str) -> str:
    """Return the digest of `parts` by the first key, after a hint at that key: ``1f2e3d4c.9a…``."""
    hint, key = next(iter(_keys(tuple(settings.CONCORD_AUDIT_KEYS)).items()))
    return _digest(hint, key, parts)


def holds(digest: str, *parts: str) -> bool:
    """Whether `digest` was made of `parts`. Raises `UnknownKey` where its key is not configured."""
    hint = digest.partition(".")[0]
    key = _keys(tuple(settings.CONCORD_AUDIT_KEYS)).get(hint)
    if key is None:
        raise UnknownKey(hint)
    return hmac.compare_digest(digest, _digest(hint, key, parts))


def content(entry: AuditEntry) -> str:
    """Return all that an entry says, in one spelling."""
    said = (
        str(entry.id), entry.at.astimezone(UTC).isoformat(timespec="microseconds"), entry.action,
        entry.actor_id, entry.actor_name, entry.thing_kind, entry.thing_id, entry.thing_name,
        entry.before, entry.after, entry.note, entry.address and str(ip_address(entry.address)),
        entry.request_id, entry.token_id, entry.token_name,
    )  # fmt: skip
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _digest(hint: str, key: bytes, parts: tuple[str, ...]) -> str:
    return f"{hint}.{hmac.digest(key, chr(0).join(parts).encode(), 'sha256').hex()}"


@cache
def _keys(configured: tuple[str, ...]) -> dict[str, bytes]:
    """Each key by its hint, the one that signs first."""
    derived = [hmac.digest(key.encode(), b"concord audit", "sha256") for key in configured]
    return {sha256(key).hexdigest()[:HINT]: key for key in derived}
