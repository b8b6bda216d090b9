"""Bodies of requests that are files: kept beside the memory, bounded, and whole."""

from __future__ import annotations

from http import HTTPStatus
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from rest_framework.parsers import BaseParser

from core.api.problems import Problem
from core.tabular.reading import CHUNK, LARGEST

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPES = {
    "text/csv": "csv",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
    "application/vnd.apache.parquet": "parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
TOO_LARGE = f"At most {LARGEST:,} bytes are read. Bring the table in parts."


class TableParser(BaseParser):
    """Gives a body as an open file."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        request = (parser_context or {})["request"]
        return spooled(stream, int(request.META.get("CONTENT_LENGTH") or 0))


def parser_of(media: str) -> type[TableParser]:
    return type("TableParser", (TableParser,), {"media_type": media})


def spooled(stream: IO[bytes], announced: int) -> IO[bytes]:
    """Return the body in a temporary file. Raises `Problem` for one that is too large, or not whole."""
    if announced > LARGEST:
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
    file, received = TemporaryFile(), 0  # noqa: SIM115 - whoever reads it closes it
    while chunk := stream.read(CHUNK):
        received += len(chunk)
        if received > LARGEST:
            file.close()
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
        file.write(chunk)
    if received < announced:
        file.close()
        raise Problem(HTTPStatus.BAD_REQUEST, f"Only {received:,} of {announced:,} bytes arrived. Send it again.")
    file.seek(0)
    return file
