"""Programs that speak for the cast."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from permissions.models import User
from permissions.tokens.services import create_token

JSON = "application/json"


def program(person: User, *scopes: str) -> Client:
    """A client that sends a token of `person`."""
    secret = create_token(actor=person, name="a script", scopes=scopes or ("read",)).secret
    return Client(headers={"Authorization": f"Bearer {secret}"})


def read(client: Client, path: str, status: int = 200, **parameters: Any) -> Any:
    """The body of an answer whose status is as expected."""
    answer = client.get(f"/api/v1/{path}", parameters)
    assert answer.status_code == status, answer.content
    return answer.json()


def every(client: Client, path: str, **parameters: Any) -> list[Any]:
    """The items of all pages of a list."""
    page = read(client, path, **parameters)
    items = list(page["items"])
    while page["next"]:
        page = client.get(page["next"]).json()
        items += page["items"]
    return items


@pytest.fixture
def as_program(alice: User) -> Client:
    return program(alice)
