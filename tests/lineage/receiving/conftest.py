"""Programs that send events."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from permissions.models import User
from tests.api.conftest import JSON, program

Send = Callable[..., Any]


@pytest.fixture
def producer(alice: User) -> Client:
    """A client with a token that may report lineage and nothing else."""
    return program(alice, "lineage")


@pytest.fixture
def send(producer: Client) -> Send:
    """Post an event; returns the answer."""

    def post(payload: Any, path: str = "lineage", **headers: str) -> Any:
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return producer.post(f"/api/v1/{path}", body, content_type=JSON, headers=headers)

    return post


@pytest.fixture
def unpoked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody tells the workers: what is received waits."""
    monkeypatch.setattr("lineage.api.openlineage.poke", lambda: None)
