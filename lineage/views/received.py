"""Received events, for administrators: what arrived, what was understood, what was refused and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from core.paging import keyset_page
from core.partials import render_page
from lineage.forms import ReceivedForm
from lineage.models import ReceivedEvent
from lineage.receiving.looking import ORDER, find_received, require_looker, seen
from lineage.receiving.poking import poke
from lineage.receiving.services import rework_event

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request

LINES = 50


@require_GET
def received(request: Request) -> HttpResponse:
    """The latest events that the filters leave."""
    require_looker(request.user)
    form = ReceivedForm(request.GET)
    if not form.is_valid():
        return render_page(request, "lineage/events/list.html", {"form": form}, status=422)
    cursor = request.GET.get("cursor") or None
    page = keyset_page(find_received(**form.sought), order=ORDER, cursor=cursor, size=LINES)
    return render_page(
        request, "lineage/events/list.html", {"form": form, "listing": page, "is_sought": any(form.sought.values())}
    )


@require_GET
def received_event(request: Request, pk: int) -> HttpResponse:
    """One event as it came, and what was understood of it."""
    person = require_looker(request.user)
    event = get_object_or_404(ReceivedEvent.objects.select_related("sender"), pk=pk)
    return render(request, "lineage/events/event.html", {"received": event, "seen": seen(event, person)})


@require_POST
def work_again(request: Request, pk: int) -> HttpResponse:
    """Let an event that failed here wait again."""
    person = require_looker(request.user)
    event = get_object_or_404(ReceivedEvent, pk=pk)
    if rework_event(actor=person, event=event):
        poke()
        messages.success(request, "The event waits to be worked again.")
    return redirect("lineage:received_event", pk=pk)
