"""Entity tags: a read that changed nothing is not sent again, and a write changes only what its writer has read."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.problems import Problem

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag of the state you change."
)
READ_FIRST = "Say which state you change: read it, and send its ETag as If-Match. “If-Match: *” changes any state."
CHANGED = "It has changed since you read it. Read it again, and change what it is now."


def tag_of(data: Any) -> str:
    """Return the strong tag of what an address answers."""
    return f'"{sha256(JSONRenderer().render(data)).hexdigest()[:32]}"'


def tagged(request: Request, response: Response) -> Response:
    """Add the tag to an answer, or return 304 when the client holds just that."""
    tag = tag_of(response.data)
    response["ETag"] = tag
    if _holds(parse_etags(request.headers.get("If-None-Match", "")), tag):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
    return response


def require_match(request: Request, data: Any) -> None:
    """Refuse a write unless `If-Match` names `data`, what a read of the same address answers now.

    Raises `Problem`: 428 without the header, 412 for another state.
    """
    given = request.headers.get("If-Match")
    if given is None:
        raise Problem(HTTPStatus.PRECONDITION_REQUIRED, READ_FIRST)
    if not _holds(parse_etags(given), tag_of(data)):
        raise Problem(HTTPStatus.PRECONDITION_FAILED, CHANGED)


def _holds(given: Iterable[str], tag: str) -> bool:
    """Whether a tag is named. Proxies that compress make strong tags weak; the state they name is the same."""
    return any(one == "*" or one.removeprefix("W/") == tag for one in given)
