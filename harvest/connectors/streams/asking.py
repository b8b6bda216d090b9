"""Asking a server for JSON by HTTP: bounded in time and size, and never led elsewhere with a password in hand."""

from __future__ import annotations

import json
from base64 import b64encode
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from harvest.connectors.base import ConnectorError
from harvest.connectors.streams.errors import refused, unreachable

LARGEST = 50_000_000  # bytes of an answer


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *given: Any) -> None:
        return None


_OPENER = build_opener(_NoRedirects)


def basic(user: str, password: str) -> str:
    """The header of who asks."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def ask(address: str, where: str, seconds: float, *, authorization: str = "", missing: Any = None) -> Any:
    """Return what is at `address`, or `missing` where nothing is. Raises `ConnectorError` that names it as `where`."""
    headers = {"Accept": "application/json", "User-Agent": "Concord"}
    request = Request(address, headers=headers | ({"Authorization": authorization} if authorization else {}))  # noqa: S310 - the scheme was checked
    try:
        with _OPENER.open(request, timeout=seconds) as answer:
            text = answer.read(LARGEST + 1)
    except HTTPError as error:
        if error.code == 404:
            return missing
        raise refused(where) if error.code in (401, 403) else _odd(where, f"answered {error.code}") from error
    except (URLError, TimeoutError, OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise unreachable(reason if isinstance(reason, BaseException) else error, where) from error
    if len(text) > LARGEST:
        raise _odd(where, "answered with more than is read")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConnectorError(
            f"What answers at {where} is not what was asked for: check the address.", part="format"
        ) from error


def _odd(where: str, what: str) -> ConnectorError:
    return ConnectorError(f"{where} {what}: check the address, and the log there.", part="source")
