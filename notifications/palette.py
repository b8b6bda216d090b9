"""What the palette offers about notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from core.palette import Item, Provider, matches

if TYPE_CHECKING:
    from collections.abc import Iterator


def inbox(user: Any, query: str) -> Iterator[Item]:
    if matches("Inbox notices", query):
        yield Item("Inbox", reverse("notifications:inbox"), "Page", "what you were told", icon="bell")


PROVIDERS: tuple[Provider, ...] = (inbox,)
