"""What a search field suggests: searches of one's own, datasets, fields and people."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode

from catalog.looks import look_of
from catalog.models import RecentSearch, SavedSearch
from catalog.search.suggest import suggest
from core.answers import answers
from core.palette import Group, Item
from permissions.palette import people

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from catalog.models import Dataset, Field
    from permissions.models import User

DATASETS, FIELDS, PEOPLE = 6, 4, 3
RECENT, RECENT_UNASKED, SAVED = 3, 8, 5


def suggestions(person: User, text: str) -> list[Group]:
    """Return what `text` may become, best first in each group; before anything is typed, one's own searches."""
    groups = [
        Group("Recent searches", list(_recent(person, text))),
        Group("Saved searches", list(_saved(person, text))),
    ]
    if text:
        found, said = suggest(person, text, DATASETS), answers(person, text)
        groups += [
            Group("Definitions", [Item(one.title, one.url, "Definition", one.hint, one.icon) for one in said]),
            Group("Datasets", [dataset_item(one) for one in found.datasets]),
            Group("Fields", [field_item(one) for one in found.fields[:FIELDS]]),
            Group("People", list(islice(people(person, text), PEOPLE))),
        ]
    return [group for group in groups if group.items]


def dataset_item(dataset: Dataset) -> Item:
    """A dataset as one result."""
    place = f"{dataset.source.name}, {dataset.container.path}" if dataset.container else dataset.source.name
    return Item(dataset.title or dataset.name, dataset.get_absolute_url(), "Dataset", place, look_of(dataset.kind).icon)


def field_item(field: Field) -> Item:
    """A field as one result."""
    name = field.dataset.title or field.dataset.name
    return Item(field.path, field.get_absolute_url(), "Field", name, icon="columns-1")


def search_address(text: str) -> str:
    return f"{reverse('catalog:search')}?{urlencode({'q': text})}"


def recent_searches(person: User, text: str) -> Iterable[RecentSearch]:
    """Return what the person searched for last, of what holds `text`; more of it before anything is typed."""
    mine = RecentSearch.objects.filter(person=person).order_by("-at")
    return mine.filter(text__icontains=text).exclude(text=text)[:RECENT] if text else mine[:RECENT_UNASKED]


def _recent(person: User, text: str) -> Iterable[Item]:
    found = recent_searches(person, text)
    return (Item(one.text, search_address(one.text), "Search", icon="history") for one in found)


def _saved(person: User, text: str) -> Iterator[Item]:
    mine = SavedSearch.objects.filter(person=person)
    for one in (mine.filter(name__icontains=text) if text else mine).order_by("name")[:SAVED]:
        yield Item(one.name, f"{reverse('catalog:search')}?{one.query}", "Search", icon="bookmark")
