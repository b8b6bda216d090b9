"""Where events come from: each app lists its feeds in ``<app>/feeds.py`` as ``FEEDS``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from core.discovery import collect

if TYPE_CHECKING:
    from notifications.models import Webhook


class Happening(NamedTuple):
    """That something happened, and nothing of it."""

    event: UUID
    kind: str
    at: datetime


class Batch(NamedTuple):
    """What happened up to a position of a feed, which goes on from there."""

    happenings: Sequence[Happening]
    position: int


class Event(NamedTuple):
    """What a receiver is told: `sentence` for people, `data` for programs."""

    kind: str
    at: datetime
    sentence: str
    data: Mapping[str, Any]


class Feed(NamedTuple):
    """A source of events in an order that never changes behind a position.

    `after` returns the next that are of some topics, and `tell` what a person may be told of one now: None where
    they may not know of it. `switched_off` is called in the transaction that switches a webhook off by itself.
    """

    name: str
    topics: Callable[[], Mapping[str, str]]
    head: Callable[[], int]
    after: Callable[[int, Collection[str], int], Batch]
    tell: Callable[[Any, UUID, datetime], Event | None]
    switched_off: Callable[[Webhook], None]


@cache
def feeds() -> dict[str, Feed]:
    """Every feed, by its name."""
    return {feed.name: feed for feed in collect("feeds", "FEEDS")}
