"""Refusals as problem details (RFC 9457), `application/problem+json`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS as ALL
from django.core.exceptions import ValidationError as Refused
from rest_framework.exceptions import APIException, ValidationError

CONTENT_TYPE = "application/problem+json"


class Problem(APIException):
    """A refusal with a status of its own; `more` are further members of its body."""

    def __init__(self, status: HTTPStatus, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status_code = status
        self.more = more


class BadParameters(ValidationError):
    """Parameters of the address that do not fit; its errors name a parameter and not a place in a body."""


def refused(error: Refused) -> ValidationError:
    """Return what a service refuses as the API refuses: by the member it is about."""
    if not hasattr(error, "error_dict"):
        return ValidationError(error.messages)
    return ValidationError({"non_field_errors" if at == ALL else at: why for at, why in error.message_dict.items()})


@contextmanager
def conflicts() -> Iterator[None]:
    """Answer 409 where a service refuses because of how things stand."""
    try:
        yield
    except Refused as error:
        raise Problem(HTTPStatus.CONFLICT, " ".join(error.messages)) from error


def body_of(status: int, detail: str, instance: str = "", **more: Any) -> dict[str, Any]:
    """Return the members of a problem; `instance` is the path that was asked for."""
    title = HTTPStatus(status).phrase
    plain = {"type": "about:blank", "title": title, "status": int(status), "detail": detail or title}
    return plain | ({"instance": instance} if instance else {}) | more


def closed_members(explanation: Any) -> dict[str, Any]:
    """Return who closes a thing and why; `explanation` has .level and .rules, as pages show them."""
    members = {"level": str(explanation.level.value), "rules": [rule_members(rule) for rule in explanation.rules]}
    asking = {"request_access": explanation.request_url} if explanation.request_url else {}
    return members | asking


def rule_members(rule: Any) -> dict[str, Any]:
    """Return what a person may know of a rule that stops them."""
    owner = {"username": rule.owner.username, "name": str(rule.owner)}
    return {"reason": rule.reason, "owner": owner, "review_on": rule.review_on.isoformat()}


def errors_of(error: ValidationError) -> list[dict[str, str]]:
    """Return each message with the parameter or the JSON pointer it is about."""
    is_parameter = isinstance(error, BadParameters)
    return [
        {"detail": _sendable(message), "parameter": _sendable(place[0])}
        if is_parameter and place
        else {"detail": _sendable(message), "pointer": "#" + "".join(f"/{_escaped(part)}" for part in place)}
        for place, message in _flat(error.detail)
    ]


def _flat(detail: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    for part, inner in _parts(detail):
        if isinstance(inner, str):
            yield place + part, str(inner)
        else:
            yield from _flat(inner, place + part)


def _parts(detail: Any) -> Iterable[tuple[tuple[str, ...], Any]]:
    """The parts of a detail with the step that leads to each: none for messages and for what is about the whole."""
    if isinstance(detail, Mapping):
        return [(() if key == "non_field_errors" else (str(key),), inner) for key, inner in detail.items()]
    return [
        (() if isinstance(inner, str) else (str(at),), inner)
        for at, inner in enumerate(detail if isinstance(detail, list | tuple) else [detail])
        if inner
    ]


def _escaped(part: str) -> str:
    return _sendable(part).replace("~", "~0").replace("/", "~1")


def _sendable(text: str) -> str:
    """What was sent may be quoted, and holds surrogates that no answer can."""
    return text.encode("utf-8", "replace").decode()
