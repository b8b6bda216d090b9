"""What the command palette finds: each app lists its providers in ``<app>/palette.py`` as ``PROVIDERS``."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from django.urls import reverse

from core.discovery import collect
from core.navigation import visible_items

PER_PROVIDER = 6  # of one kind
MOST = 30  # of all kinds


class Item(NamedTuple):
    """One result: `kind` heads its group (Dataset, Page, Person, Action), `hint` says where it is."""

    title: str
    url: str
    kind: str
    hint: str = ""
    icon: str = ""


class Group(NamedTuple):
    kind: str
    items: list[Item]


Provider = Callable[[Any, str], Iterable[Item]]  # (user, query) -> what that person may see, best first


@cache
def providers() -> tuple[Provider, ...]:
    return tuple(collect("palette", "PROVIDERS"))


def find(user: Any, query: str) -> list[Group]:
    """What matches, grouped by kind, a few of each; an empty query gives what each provider offers unasked."""
    groups: dict[str, list[Item]] = {}
    for provider in providers():
        taken: Counter[str] = Counter()
        for item in islice(provider(user, query), MOST):
            taken[item.kind] += 1
            if taken[item.kind] <= PER_PROVIDER:
                groups.setdefault(item.kind, []).append(item)
    return [Group(kind, items) for kind, items in groups.items()]


def pages(user: Any, query: str) -> Iterator[Item]:
    """The pages of the main navigation."""
    for item in visible_items(user):
        if matches(item.title, query):
            yield Item(item.title, reverse(item.url_name), "Page", item.section, item.icon)


def matches(title: str, query: str) -> bool:
    """Whether each word typed begins a word of the title, or stands somewhere in it."""
    return all(word in title.casefold() for word in query.casefold().split())


PROVIDERS: tuple[Provider, ...] = (pages,)
