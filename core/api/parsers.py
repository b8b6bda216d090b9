"""Bodies of requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, JSONParser


class BoundedJSONParser(JSONParser):
    """JSON, refused in words where it is nested too deep to be read."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("The body is nested too deep.") from error


class StreamParser(BaseParser):
    """A body that the view reads itself, bit by bit; `media_type` is what it is."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return stream


class LinesParser(StreamParser):
    """JSON, one value a line."""

    media_type = "application/x-ndjson"
