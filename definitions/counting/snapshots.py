"""Which key was in which state at the last look, kept as keyed hashes: of no use to whoever reads them.

A snapshot is bytes: for every key eight bytes of its hash and one of its state, in the order of hashes, compressed.
"""

from __future__ import annotations

import hmac
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from definitions.counting.codes import IN

MOST_KEYS = 500_000
NONE = 255  # in no state or in several
_WIDTH = 9


class TooManyKeys(Exception):
    """The dataset has more keys than a snapshot holds: bind an event log to follow its flows."""


def place_of(code: int, states: int) -> int:
    """Return the place of the one state that a row is in, or -1."""
    inside = [place for place in range(states) if code >> 2 * place & 3 == IN]
    return inside[0] if len(inside) == 1 else -1


def hashed(key: Sequence[Any], secret: bytes) -> bytes:
    """Return eight bytes for a key; which of the parts is which matters, NULL is none of them."""
    told = "\x1f".join(str(part) for part in key)
    return hmac.digest(secret, told.encode("utf-8", "surrogatepass"), "sha256")[:8]


def look(answer: Iterable[Sequence[Any]], states: int, secret: bytes, most: int = MOST_KEYS) -> dict[bytes, int]:
    """Return the place of the state of each key, from the answer to `keyed_query`.

    Rows without a key are left out, and so are keys of several rows in different states. Raises `TooManyKeys`.
    """
    found: dict[bytes, int] = {}
    for *key, code in answer:
        if any(part is None for part in key):
            continue
        digest, place = hashed(key, secret), place_of(int(code), states)
        if found.setdefault(digest, place) != place:
            found[digest] = -1
        if len(found) > most:
            raise TooManyKeys
    return found


def packed(found: dict[bytes, int]) -> bytes:
    """Return a look as bytes."""
    return zlib.compress(b"".join(key + bytes([NONE if found[key] < 0 else found[key]]) for key in sorted(found)))


def unpacked(kept: bytes) -> dict[bytes, int]:
    """Return the look that `packed` made bytes of."""
    plain = zlib.decompress(kept)
    return {plain[at : at + 8]: -1 if plain[at + 8] == NONE else plain[at + 8] for at in range(0, len(plain), _WIDTH)}
