"""What answers a search before its hits do: each app lists its providers in ``<app>/answers.py`` as ``PROVIDERS``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from core.discovery import collect

MOST = 3


class Answer(NamedTuple):
    """One answer, shown as a card above the hits: `text` says it, `hint` where it holds."""

    title: str
    url: str
    text: str
    hint: str = ""
    icon: str = ""
    warning: str = ""


Provider = Callable[[Any, str], Iterable[Answer]]  # (user, query) -> what that person may read, best first


@cache
def providers() -> tuple[Provider, ...]:
    return tuple(collect("answers", "PROVIDERS"))


def answers(user: Any, query: str) -> list[Answer]:
    """Return what answers a query; nothing for an empty one."""
    if not query.strip():
        return []
    return list(islice((one for provider in providers() for one in provider(user, query)), MOST))
