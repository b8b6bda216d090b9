"""What the command palette finds of the catalog: datasets and fields as one types, else what one opened last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from catalog.search.suggest import suggest
from catalog.suggestions import dataset_item, field_item
from catalog.viewing import recently_viewed
from core.palette import PER_PROVIDER, Item, Provider, matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permissions.models import User


def datasets_and_fields(user: User, query: str) -> Iterator[Item]:
    """Datasets and fields by the beginnings of their names; datasets opened last before anything is typed."""
    if not query.strip():
        yield from (dataset_item(dataset) for dataset in recently_viewed(user)[:PER_PROVIDER])
        return
    found = suggest(user, query, PER_PROVIDER)
    yield from (dataset_item(dataset) for dataset in found.datasets)
    yield from (field_item(field) for field in found.fields)


def pages(user: User, query: str) -> Iterator[Item]:
    """Pages that are not in the navigation."""
    own = (
        Item("Saved searches", reverse("catalog:saved_searches"), "Page", "run, rename, be told", icon="bookmark"),
        Item("Recently viewed", reverse("catalog:recent"), "Page", "what you opened", icon="history"),
        Item("Popular datasets", reverse("catalog:popular"), "Page", "what many open", icon="trending-up"),
    )
    yield from (item for item in own if query and matches(item.title, query))


PROVIDERS: tuple[Provider, ...] = (datasets_and_fields, pages)
