"""Bodies of events: plain or gzip, of whatever type they call themselves, and no larger than is taken at once."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import IO, Any, ClassVar

from rest_framework.parsers import BaseParser

from core.api.problems import Problem
from lineage.openlineage.bodies import BadBody, TooLarge, parse, unzip

MEGABYTE = 1_000_000


class RefusedBody(Problem):
    """A body that was refused as a whole; `body` is what was read of it."""

    def __init__(self, status: HTTPStatus, detail: str, body: bytes) -> None:
        super().__init__(status, detail)
        self.body = body


class EventParser(BaseParser):
    """Reads the stream itself: Django's own bound is for forms, and it does not unzip."""

    media_type = "*/*"
    most: ClassVar[int] = 10 * MEGABYTE

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        headers = parser_context["request"].headers if parser_context else {}
        data = stream.read(self.most + 1)
        try:
            if len(data) > self.most:
                raise TooLarge(f"The body has more than {self.most:,} bytes.")
            return parse(self._plain(data, headers.get("Content-Encoding", "").strip().lower()))
        except TooLarge as error:
            raise RefusedBody(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"{error} {self.advice}", data) from None
        except BadBody as error:
            raise RefusedBody(HTTPStatus.BAD_REQUEST, str(error), data) from None

    advice = "Leave large facets out, or send the datasets of the run in several events."

    def _plain(self, data: bytes, encoding: str) -> bytes:
        if encoding in ("", "identity"):
            return data
        if encoding in ("gzip", "x-gzip"):
            return unzip(data, self.most)
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send bodies plain, or as Content-Encoding: gzip.")


class BatchParser(EventParser):
    """The same for lists of events."""

    most = 50 * MEGABYTE
    advice = "Send fewer events at once."
