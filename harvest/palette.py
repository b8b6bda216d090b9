"""What the command palette finds of harvesting: sources, harvesting one, connecting another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from catalog.models import Source
from core.palette import PER_PROVIDER, Item, Provider, matches
from harvest.duties import may_manage, may_register
from harvest.looks import look_of_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permissions.models import User

CONNECT = "Connect a source"
VERB = "harvest"


def sources(user: User, query: str) -> Iterator[Item]:
    """Sources by words of their names, once something is typed."""
    for source in _named(user, query.split()) if query.strip() else ():
        look = look_of_kind(source.kind)
        yield Item(source.name, source.get_absolute_url(), "Source", look.word, look.icon)


def actions(user: User, query: str) -> Iterator[Item]:
    """Connecting a source; harvesting those one may harvest, which their page starts."""
    if query.strip() and matches(CONNECT, query) and may_register(user):
        yield Item(CONNECT, reverse("harvest:source_new"), "Action", icon="plug-connected")
    words = [word for word in query.casefold().split() if not VERB.startswith(word)]
    if query.strip() and len(words) < len(query.split()):
        for source in _named(user, words):
            if may_manage(user, source):
                yield Item(f"Harvest {source.name}", f"{source.get_absolute_url()}#harvest", "Action", icon="refresh")


def _named(user: User, words: list[str]) -> list[Source]:
    found = Source.objects.readable_by(user).filter(retired_at=None)
    for word in words:
        found = found.filter(name__icontains=word)
    return list(found[:PER_PROVIDER])


PROVIDERS: tuple[Provider, ...] = (sources, actions)
