"""Asking the server: JSON in, JSON out, refusals in words."""

from __future__ import annotations

import http.client
import json
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from concord_cli.account import Account
from concord_cli.errors import Answered, Refused

API = "/api/v1/"
SECONDS = 60
MOST_BYTES = 50_000_000
LONGEST_WAIT = 90
TRIES = 4


class _NoRedirect(HTTPRedirectHandler):
    """A token goes to the server it was made for, and nowhere else."""

    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: str) -> None:
        raise Refused(f"The server sends to {newurl}. If you trust that, log in there.")


class Client:
    """The API of one server, for one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.opener: OpenerDirector = build_opener(_NoRedirect)

    def get(self, path: str, **parameters: Any) -> Any:
        """Return what an address answers; `path` is below /api/v1/, and None is a parameter not given."""
        given = {name: value for name, value in parameters.items() if value not in (None, [], ())}
        query = f"?{urlencode(given, doseq=True)}" if given else ""
        return self._ask("GET", path + query)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._ask("POST", path, json.dumps(body).encode())

    def items(self, path: str, most: int, **parameters: Any) -> Iterator[Any]:
        """Yield the items of a list, page by page, at most so many."""
        page = self.get(path, limit=min(most, 200), **parameters)
        while True:
            yield from page["items"][:most]
            most -= len(page["items"])
            if most <= 0 or not page["next"]:
                return
            page = self._ask("GET", path + "?" + page["next"].partition("?")[2])

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Any:
        for _ in range(TRIES):
            try:
                return self._once(method, path, body)
            except Answered as refused:
                wait = refused.body.get("retry_after")
                if refused.status != http.client.TOO_MANY_REQUESTS or wait is None or wait > LONGEST_WAIT:
                    raise
                print(f"Too many requests: waiting for {wait} s.", file=sys.stderr)
                time.sleep(wait)
        raise Refused("The server answers that there are too many requests. Try again later.")

    def _once(self, method: str, path: str, body: bytes | None) -> Any:
        headers = {
            "Authorization": f"Bearer {self.account.token}",
            "Accept": "application/json",
            "User-Agent": "concord",
            **({"Content-Type": "application/json"} if body is not None else {}),
        }
        address = self.account.server + API + path
        request = Request(address, data=body, headers=headers, method=method)  # noqa: S310 - http(s) by `server_address`
        try:
            with self.opener.open(request, timeout=SECONDS) as answer:
                return _read(answer)
        except HTTPError as error:
            raise _answered(error) from None
        except (URLError, OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise Refused(f"{self.account.server} cannot be reached: {reason}") from error


def segment(text: str) -> str:
    """Return a text as one part of a path."""
    return quote(text, safe="")


def _read(answer: Any) -> Any:
    body = answer.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise Refused("The answer is too large.")
    try:
        return json.loads(body)
    except ValueError as error:
        raise Refused("What answers there is not Concord. Is the address right?") from error


def _answered(error: HTTPError) -> Refused:
    try:
        body = json.loads(error.read(MOST_BYTES))
        problem = body if isinstance(body, dict) else {}
    except (ValueError, OSError):
        return Refused(f"What answers there is not Concord, or not well: {error.code} {error.reason}.")
    if (wait := error.headers.get("Retry-After", "")).isdigit():
        problem["retry_after"] = int(wait)
    return Answered(error.code, problem)
