"""Trackers outside: how they are, and connecting them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Domain
from catalog.views.page import reader
from core.partials import render_page
from core.toasts import notify
from feedback.forms import TrackerForm
from feedback.models import Tracker
from feedback.sync.services import connect, require_manager, switch

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request


@require_safe
def trackers(request: Request) -> HttpResponse:
    """Every tracker, how it goes, and what is wrong with it."""
    require_manager(reader(request))
    found = Tracker.objects.select_related("domain", "speaks_for").annotate(tickets=Count("mirrors"))
    return render_page(request, "feedback/trackers.html", {"trackers": found})


@require_http_methods(["GET", "HEAD", "POST"])
def tracker_new(request: Request) -> HttpResponse:
    """Connect one."""
    viewer = reader(request)
    require_manager(viewer)
    form = TrackerForm(request.POST or None)
    form.fields["domain"].queryset = Domain.objects.visible_to(viewer)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            made = connect(actor=viewer, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            notify(request, f"{made} is connected: open tickets of {made.domain} go there within a minute.")
            return redirect("feedback:trackers")
    return render_page(request, "feedback/tracker_new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def tracker_switch(request: Request, pk: int) -> HttpResponse:
    """Switch one on or off."""
    viewer = reader(request)
    require_manager(viewer)
    tracker = get_object_or_404(Tracker, pk=pk)
    on = request.POST.get("on") == "yes"
    switch(actor=viewer, tracker=tracker, on=on)
    notify(request, f"{tracker} is switched {'on' if on else 'off'}.")
    return redirect("feedback:trackers")
