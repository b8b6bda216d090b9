"""Where a search found nothing: the searches beside it that would find something."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from catalog.search.asking import parse
from catalog.search.query import search
from catalog.search.results import Filters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catalog.forms import SearchForm
    from permissions.access import Viewer

MOST_GROUPS = 3  # of filters that are left out one by one
GROUPS = ("source", "domain", "kind", "tag", "owner", "certified")


class Way(NamedTuple):
    """A search nearby: how it differs from the one at hand, its query string, and how many datasets it finds."""

    words: str
    query: str
    results: int


def ways_on(viewer: Viewer, form: SearchForm) -> list[Way]:
    """Return searches with less of what narrows this one, of those that find something."""
    less = _less(form)
    ways = (Way(words, form.query_with(text, filters), _count(viewer, text, filters)) for words, text, filters in less)
    return [way for way in ways if way.results]


def _less(form: SearchForm) -> Iterator[tuple[str, str, Filters]]:
    text, filters, none = form.text("q"), form.filters(), Filters()
    groups = [name for name in GROUPS if getattr(filters, name) != getattr(none, name)]
    if len(groups) > 1:
        for name in groups[:MOST_GROUPS]:
            words = "certified or not" if name == "certified" else f"without the filter by {name}"
            yield words, text, replace(filters, **{name: getattr(none, name)})
    if groups:
        yield f"without the filter{'s' if form.chosen > 1 else ''}", text, none
    asked = parse(text)
    if asked.wanted.values or asked.unwanted:
        yield f"for “{asked.text}” alone" if asked.text else "in all", asked.text, none


def _count(viewer: Viewer, text: str, filters: Filters) -> int:
    return search(viewer, text, limit=1, filters=filters, facets=False, explain=False).total or 0
