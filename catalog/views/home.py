"""The first page: search, what one looked at, what others look at, and what changed this week."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.news import schema_news
from catalog.overview import sources_of
from catalog.viewing import popular, recently_viewed
from catalog.views.page import reader
from core.partials import render_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request

NEWS = timedelta(days=7)
SHOWN = 8


@require_safe
def home(request: Request) -> HttpResponse:
    since = timezone.now() - NEWS
    sources = sources_of(request.user, since)
    context = {
        "sources": sources,
        "troubled": [one for one in sources if one.troubled],
        "came_and_went": [one for one in sources if one.added or one.gone],
        "dataset_count": sum(one.datasets for one in sources),
        "recent": list(recently_viewed(reader(request))[:SHOWN]),
        "popular": list(popular(request.user)[:SHOWN]),
        "shown": SHOWN,
        "changes": schema_news(request.user, since, SHOWN),
    }
    return render_page(request, "catalog/home.html", context)
