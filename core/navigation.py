"""The main navigation: each app lists its own entries in ``<app>/navigation.py`` as ``ITEMS``."""

from collections.abc import Callable, Iterable
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from core.discovery import collect


class NavItem(NamedTuple):
    """One entry; `order` sorts within the whole navigation, entries of one `section` stand together."""

    title: str
    url_name: str
    icon: str
    order: int
    section: str = ""  # its heading; "" for none
    shown: Callable[[Any], bool] | None = None  # asked for each page, with its user; keep it cheap


class Link(NamedTuple):
    title: str
    url: str
    icon: str
    section: str
    current: bool


@cache
def items() -> tuple[NavItem, ...]:
    found: Iterable[NavItem] = collect("navigation", "ITEMS")
    return tuple(sorted(found, key=lambda item: item.order))


def visible_items(user: Any) -> list[NavItem]:
    return [item for item in items() if item.shown is None or item.shown(user)]


def sections(request: HttpRequest) -> list[tuple[str, list[Link]]]:
    """The navigation for this request, by section, with the entry of the page it shows marked as current."""
    addresses = [(item, reverse(item.url_name)) for item in visible_items(request.user)]
    current = _current(request.path, (url for _, url in addresses))
    links = [Link(item.title, url, item.icon, item.section, url == current) for item, url in addresses]
    return [(name, list(group)) for name, group in groupby(links, key=lambda link: link.section)]


def _current(path: str, urls: Iterable[str]) -> str | None:
    """The most specific entry that the page lies under; the home page is current only for itself."""
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(under, key=len, default=None)
