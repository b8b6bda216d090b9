"""The access tab: who may do what with a dataset, for oneself and, for those who may ask, for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from catalog.things import of_dataset
from catalog.views.page import open_page, reader
from core.partials import render_page
from permissions.explain import account_of
from permissions.explaining import may_ask_about_others, shares_of
from permissions.levels import Level

if TYPE_CHECKING:
    from django.http import HttpResponse

    from catalog.closed import ClosedFields
    from core.requests import Request

FIELDS = 100  # closed fields listed


@require_safe
def access(request: Request, pk: int) -> HttpResponse:
    page, viewer = open_page(request, pk, "access"), reader(request)
    thing = of_dataset(page.dataset)
    context = {
        "page": page,
        "dataset": page.dataset,
        "thing": thing,
        "self": True,
        "accounts": account_of(viewer, thing),
        "shares": shares_of(thing) if may_ask_about_others(viewer, thing) else [],
        "closed_fields": _closed(page.closed) if page.may_sample else [],
    }
    return render_page(request, "catalog/dataset/access.html", context)


def _closed(closed: ClosedFields) -> list[tuple[str, str]]:
    """The fields that a rule of their own closes, and what of each: those that are hidden stay absent."""
    levels = ((Level.READ, "closed"), (Level.SAMPLE, "values masked"))
    found = {path: word for level, word in reversed(levels) for path in closed.by_level.get(level, {})}
    return sorted((path, word) for path, word in found.items() if not closed.hides(path))[:FIELDS]
