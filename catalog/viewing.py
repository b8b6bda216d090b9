"""What people open: what one person opened last, and what many did."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import F

from catalog.models import Dataset
from core.paging import keyset_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.querysets import DatasetQuerySet
    from core.paging import Page
    from permissions.access import Viewer
    from permissions.models import User


def recently_viewed(person: User) -> DatasetQuerySet:
    """Datasets that `person` opened and may still know of, the last first, with `visited_at`."""
    mine = Dataset.objects.visible_to(person).with_context().filter(visits__person=person)
    return mine.annotate(visited_at=F("visits__at")).order_by("-visited_at", "-pk")


def popular(viewer: Viewer) -> DatasetQuerySet:
    """Datasets that people opened in the last 30 days, those of most people first."""
    seen = Dataset.objects.visible_to(viewer).present().with_context().filter(popularity__gt=0)
    return seen.order_by("-popularity", "-pk")


def page_of(
    datasets: DatasetQuerySet, *, order: Sequence[str] = ("name", "pk"), cursor: str | None, size: int
) -> Page[Dataset]:
    """Return a page of datasets with what a line in a list shows.

    Sorting thousands is quick while they are narrow: only the rows of the page are read whole.
    """
    narrow = datasets.only(*(name.removeprefix("-") for name in order if "__" not in name))
    page = keyset_page(narrow, order=order, cursor=cursor, size=size)
    ids = [one.pk for one in page.items]
    whole = Dataset.objects.with_context().defer("sql", "details").in_bulk(ids)
    return replace(page, items=[whole[pk] for pk in ids if pk in whole])
