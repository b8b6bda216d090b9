"""What a person answers for: a panel of their page, and a page by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from catalog.models import Dataset, Domain
from catalog.viewing import page_of
from core.partials import render_page
from permissions.models import User

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request

LINES = 25


@require_safe
def person_panel(request: Request, username: str) -> HttpResponse:
    """The datasets that a person stewards or owns, among those the viewer may know of, and their domains."""
    person = get_object_or_404(User, username=username)
    theirs = Dataset.objects.visible_to(request.user).present().filter(Q(steward=person) | Q(owner=person))
    cursor = request.GET.get("cursor") or None
    context = {
        "person": person,
        "listing": page_of(theirs, cursor=cursor, size=LINES),
        "domains": list(Domain.objects.visible_to(request.user).filter(steward=person)),
    }
    return render_page(request, "catalog/person_panel.html", context, partial="panel")
