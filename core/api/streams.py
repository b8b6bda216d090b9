"""Bodies that are read bit by bit, unzipped on the way, within a bound."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import IO, Any, cast

from rest_framework.request import Request

CHUNK = 1 << 16
BROKEN = (gzip.BadGzipFile, EOFError, zlib.error)


class BadStream(Exception):
    """The body cannot be read to its end; `str()` says why."""


class Incoming:
    """The body of a request as a file that is read forwards, at most `most` bytes of it once unzipped."""

    def __init__(self, request: Request, most: int) -> None:
        self._given = _Counted(request)
        encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip"):
            raise BadStream(f"Content-Encoding {encoding[:40]} is not known here: send gzip, or none.")
        unzipped = gzip.GzipFile(fileobj=cast("IO[bytes]", self._given)) if encoding == "gzip" else None
        self._file = cast("IO[bytes]", unzipped or self._given)
        self._most = most
        self.size = 0

    def read(self, size: int = CHUNK) -> bytes:
        """The next bytes, b"" at the end. Raises `BadStream`."""
        try:
            chunk = self._file.read(size)
        except BROKEN:
            raise BadStream("The gzip body is damaged or ends too early. Nothing was written; send it again.") from None
        except OSError:
            raise BadStream("The body was cut off. Nothing was written; send it again.") from None
        self.size += len(chunk)
        if self.size > self._most:
            raise BadStream(f"The body is larger than {self._most:,} bytes. Send it in parts.")
        return chunk

    def lines(self, longest: int) -> Iterator[bytes]:
        """Yield lines; of one that is longer than `longest` only the beginning."""
        held, skipping = bytearray(), False
        while chunk := self.read():
            *ended, rest = chunk.split(b"\n")
            for piece in ended:
                if not skipping:
                    yield bytes(held + piece)[: longest + 1]
                held, skipping = bytearray(), False
            held += b"" if skipping else rest
            if len(held) > longest:
                yield bytes(held[: longest + 1])
                held, skipping = bytearray(), True
        if held:
            yield bytes(held)


class _Counted:
    """The raw body, which says so when less arrives than was announced."""

    def __init__(self, request: Request) -> None:
        # Asking for the data refuses a type that the view does not read; an empty body has no stream.
        given: Any = request.data if request.stream is not None else io.BytesIO()
        self._stream = given
        announced = request.headers.get("Content-Length", "")
        self._left = int(announced) if announced.isdigit() else 0

    def read(self, size: int = CHUNK) -> bytes:
        chunk: bytes = self._stream.read(size)
        self._left -= len(chunk)
        if not chunk and size and self._left > 0:
            raise OSError("cut off")
        return chunk
