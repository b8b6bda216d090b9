"""What a tracker outside must be able to do for tickets to be kept in step with it. Pure Python."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol


class Stand(StrEnum):
    """Where something stands there, as far as trackers agree on it."""

    OPEN = "open"
    WORKING = "working"
    DONE = "done"
    DECLINED = "declined"


class Draft(NamedTuple):
    """What a ticket says."""

    title: str
    body: str
    labels: Sequence[str] = ()


class Remote(NamedTuple):
    """What stands there."""

    key: str
    url: str
    stand: Stand
    changed_at: datetime


class Said(NamedTuple):
    """A comment there."""

    key: str
    author: str
    body: str


class TrackerError(Exception):
    """It did not do what was asked; `str()` says why, and holds nothing secret."""


class Call(Protocol):
    """Sends a request to the tracker and returns what it answers, read as JSON. Raises `TrackerError`."""

    def __call__(self, method: str, path: str, body: Any = None) -> Any: ...


class Adapter(Protocol):
    """One kind of tracker. Every method raises `TrackerError`."""

    def create(self, draft: Draft) -> Remote: ...

    def move(self, key: str, to: Stand) -> None: ...

    def changed_since(self, moment: datetime) -> Sequence[Remote]: ...

    def comments(self, key: str) -> Sequence[Said]: ...

    def say(self, key: str, body: str) -> str:
        """Say something and return the comment's key."""
        ...
