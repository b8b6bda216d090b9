"""Bodies of requests: unzipped within bounds, parsed within bounds, and given one spelling."""

from __future__ import annotations

import json
import zlib
from hashlib import sha256
from typing import Any

GZIP = 16 + zlib.MAX_WBITS  # what zlib calls a gzip header


class BadBody(Exception):
    """The body cannot be read; `str()` says why."""


class TooLarge(BadBody):
    """The body is larger than is taken at once."""


def unzip(data: bytes, most: int) -> bytes:
    """Return what a gzip body holds, members in a row included. Raises `BadBody`, and `TooLarge` beyond `most` bytes.

    No more than `most` bytes are ever unzipped, however small the body is.
    """
    found = bytearray()
    while data:
        member = zlib.decompressobj(wbits=GZIP)
        try:
            found += member.decompress(data, most + 1 - len(found))
        except zlib.error as error:
            raise BadBody(f"The body says that it is gzip and is not: {error}.") from None
        if len(found) > most:
            raise TooLarge(f"The body unzips to more than {most:,} bytes.")
        if not member.eof:
            raise BadBody("The gzip body ends too early.")
        data = member.unused_data
    return bytes(found)


def parse(data: bytes) -> Any:
    """Return what JSON text says. Raises `BadBody`."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadBody("The body is not UTF-8 text.") from None
    except json.JSONDecodeError as error:
        raise BadBody(f"The body is not JSON: {error.msg}, line {error.lineno} column {error.colno}.") from None
    except RecursionError:
        raise BadBody("The body is nested too deep.") from None
    except ValueError:
        raise BadBody("The body holds a number with too many digits.") from None


def spelling(value: Any) -> str:
    """Return the one spelling of a value: two events that say the same are the same text, of ASCII alone.

    Raises `BadBody` where it is nested too deep.
    """
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"))
    except RecursionError:
        raise BadBody("The event is nested too deep.") from None


def digest_of(text: str) -> bytes:
    return sha256(text.encode()).digest()
