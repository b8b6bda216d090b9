"""What is done with a list of tickets: saving how it is narrowed, and changing many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from catalog.views.page import reader
from core.partials import render_page
from core.toasts import notify
from feedback.bulk import MOST, NotAll, Wish, change_many
from feedback.forms import BulkForm, ListForm
from feedback.models import SavedView, Ticket
from feedback.workflow import State

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request

MOST_VIEWS = 30


@require_POST
def save_view(request: Request) -> HttpResponse:
    """Keep how the list is narrowed under a name; the same name is replaced."""
    viewer, name = reader(request), " ".join(request.POST.get("name", "").split())[:60]
    wanted = ListForm(QueryDict(request.POST.get("query", "")[:1_000])).wanted()
    if not name or SavedView.objects.filter(person=viewer).exclude(name=name).count() >= MOST_VIEWS:
        notify(request, f"Give it a name; {MOST_VIEWS} views can be kept.")
        return redirect("feedback:tickets")
    query = urlencode(wanted)
    view, _ = SavedView.objects.update_or_create(person=viewer, name=name, defaults={"query": query})
    notify(request, f"Saved as “{view}”.")
    return redirect(view)


@require_POST
def forget_view(request: Request, pk: int) -> HttpResponse:
    """Keep a view of one's own no more."""
    view = get_object_or_404(SavedView, pk=pk, person=reader(request))
    view.delete()
    notify(request, f"“{view}” is forgotten.")
    return redirect("feedback:tickets")


@require_POST
def bulk(request: Request) -> HttpResponse:
    """Do the same to the tickets that were ticked: all of them, or none."""
    viewer, form = reader(request), BulkForm(request.POST)
    numbers = [int(one) for one in request.POST.getlist("ticket") if one.isascii() and one.isdigit() and len(one) < 19]
    tickets = list(Ticket.objects.for_lists().readable_by(viewer).filter(pk__in=numbers[:MOST]).order_by("pk"))
    reasons: list[tuple[Ticket, str]] = []
    if form.is_valid() and tickets:
        try:
            count = change_many(actor=viewer, tickets=tickets, wish=_wish(form))
        except NotAll as error:
            reasons = error.reasons
        else:
            notify(request, f"{count} ticket{'' if count == 1 else 's'} changed.")
            return redirect(f"{reverse('feedback:tickets')}?{_back(request)}")
    context = {
        "form": form,
        "tickets": tickets,
        "reasons": reasons,
        "refused": [ticket for ticket, _ in reasons],
        "back": _back(request),
    }
    return render_page(request, "feedback/bulk.html", context, status=422)


def _back(request: Request) -> str:
    """The list that one came from, as far as it can be trusted."""
    return urlencode(ListForm(QueryDict(request.POST.get("back", "")[:1_000])).wanted())


def _wish(form: BulkForm) -> Wish:
    given = form.cleaned_data
    return Wish(
        to=State(given["to"]) if given["to"] else None, words=given["words"], assignee=given["assignee"],
        priority=given["priority"], due_on=given["due_on"],
    )  # fmt: skip
