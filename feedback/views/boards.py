"""Boards and lists of tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.models import Domain
from catalog.views.page import open_page, reader
from core.paging import keyset_page
from core.partials import render_page
from feedback.boards import board_of
from feedback.forms import BulkForm, ListForm
from feedback.known import Known, known_problems
from feedback.lists import ORDER, queue_of, tickets_for
from feedback.models import SavedView, Ticket
from permissions.models import Duty

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request
    from feedback.querysets import TicketQuerySet

LINES = 50


@require_safe
def of_dataset(request: Request, pk: int) -> HttpResponse:
    """The feedback tab of a dataset."""
    page, viewer = open_page(request, pk, "feedback"), reader(request)
    tickets = Ticket.objects.readable_by(viewer).filter(dataset=page.dataset)
    context = {
        "page": page,
        "dataset": page.dataset,
        **_board(tickets),
        "report_url": f"{reverse('feedback:report')}?thing=dataset:{page.dataset.pk}",
        "triages": viewer.has_perm(Duty.TRIAGE, page.dataset),
        "upstream": known_problems(viewer, [page.dataset.pk]).get(page.dataset.pk, Known()),
    }
    return render_page(request, "feedback/dataset.html", context, partial="board")


@require_safe
def of_domain(request: Request, slug: str) -> HttpResponse:
    """The board of a domain and of what lies below it."""
    viewer = reader(request)
    domain = get_object_or_404(Domain.objects.visible_to(viewer), slug=slug)
    board = _board(Ticket.objects.readable_by(viewer).about(domain))
    return render_page(request, "feedback/domain.html", {"domain": domain, **board}, partial="board")


def _board(tickets: TicketQuerySet) -> dict[str, Any]:
    columns = board_of(tickets)
    return {"columns": columns, "any": any(column.count for column in columns)}


@require_safe
def tickets(request: Request) -> HttpResponse:
    """Tickets as a list, or as a board: one's own first of all."""
    viewer, form = reader(request), ListForm(request.GET)
    wanted = {"whose": "assigned", **form.wanted()}
    found = tickets_for(viewer, wanted)
    context = {
        "wanted": wanted, "form": form, "as_board": request.GET.get("view") == "board", "bulk": BulkForm(),
        "views": SavedView.objects.filter(person=viewer), "query": request.GET.urlencode(),
    }  # fmt: skip
    if context["as_board"] and wanted["whose"] != "all":
        return render_page(request, "feedback/list.html", context | _board(found))
    page = keyset_page(found.for_lists().with_due(), order=ORDER, cursor=request.GET.get("cursor") or None, size=LINES)
    return render_page(request, "feedback/list.html", context | {"page": page, "as_board": False})


@require_safe
def queue(request: Request) -> HttpResponse:
    """What waits for one, for the home page."""
    waiting = list(queue_of(reader(request)).for_lists().with_due()[:6])
    context = {"tickets": waiting[:5], "more": len(waiting) > 5}
    return render_page(request, "feedback/queue.html", context, partial="queue")
