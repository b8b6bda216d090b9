"""What the command palette finds of the tour: its stops, by their titles."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from core.palette import Item, Provider, matches
from demo.presence import seems_here
from demo.stops import STOPS


def stops(user: Any, query: str) -> Iterator[Item]:
    """The stops once something is typed; the tour itself is among the pages."""
    if not query.strip() or not seems_here():
        return
    for number, stop in enumerate(STOPS, 1):
        if matches(f"tour {stop.title}".casefold(), query):
            url = f"{reverse('demo:tour')}#{stop.slug}"
            yield Item(stop.title, url, "Tour", f"Stop {number}", icon="route")


PROVIDERS: tuple[Provider, ...] = (stops,)
