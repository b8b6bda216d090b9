"""What people are told of, in their words: each app lists its own in ``<app>/notices.py`` as ``TOPICS``."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from core.discovery import collect
from notifications.often import Often

OTHER = "other"


class Topic(NamedTuple):
    """Kinds of notices that people choose about together; `often` is how soon they are mailed unless somebody chose."""

    name: str
    words: str
    kinds: frozenset[str]
    often: Often = Often.DAILY


@cache
def topics() -> tuple[Topic, ...]:
    """Every topic of every installed app; what belongs to none is at the end."""
    return (*collect("notices", "TOPICS"), Topic(OTHER, "Everything else", frozenset()))


@cache
def _by_kind() -> dict[str, Topic]:
    return {kind: topic for topic in topics() for kind in topic.kinds}


def topic_of(kind: str) -> Topic:
    """The topic that a kind of notice belongs to."""
    return _by_kind().get(kind, topics()[-1])
