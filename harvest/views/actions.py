"""What is done to a source: harvest, retire, bring back, discard, decide on renames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from catalog.models import Dataset
from core.partials import render_page
from core.toasts import notify
from harvest import services
from harvest.models import RenameGuess
from harvest.renaming import AlreadyDecided, accept_rename, reject_rename
from harvest.views.opening import act, managed_source, reader, require_manager

if TYPE_CHECKING:
    from django.http import HttpResponse

    from catalog.models import Source
    from core.requests import Request

AWAY = "Queued. The queue is away at the moment; a worker takes it as soon as the queue is back."


@act("harvest:source")
def harvest(request: Request, slug: str) -> HttpResponse:
    """Start a harvest; ``dry`` tells what would change and changes nothing."""
    return begin(request, managed_source(request, slug), dry=bool(request.POST.get("dry")))


def begin(request: Request, source: Source, *, dry: bool) -> HttpResponse:
    """Queue a run and go to its page, or to that of the run under way."""
    try:
        run = services.start_run(source=source, actor=reader(request), dry=dry, send_now=False)
    except services.AlreadyActive as error:
        notify(request, f"{error} This is the run under way.", level=messages.INFO)
        return redirect(error.run)
    except services.NotPossible as error:
        notify(request, str(error), level=messages.WARNING)
        return redirect(source)
    if not services.send(run):
        notify(request, AWAY, level=messages.WARNING)
    return redirect(run)


@require_http_methods(["GET", "POST"])
def retire(request: Request, slug: str) -> HttpResponse:
    """Ask, then harvest the source no more."""
    source = managed_source(request, slug)
    if request.method != "POST":
        present = Dataset.objects.visible_to(reader(request)).present().filter(source=source).count()
        return render_page(request, "harvest/retire.html", {"source": source, "datasets": present})
    try:
        services.retire_source(source=source, actor=reader(request))
    except services.AlreadyActive as error:
        notify(request, f"{error} Cancel that run or wait for it, then retire the source.", level=messages.WARNING)
        return redirect(error.run)
    undo = reverse("harvest:source_restore", args=[slug])
    notify(request, f"{source} is retired. Everything people wrote is kept.", undo=undo)
    return redirect(source)


@act("harvest:source")
def restore(request: Request, slug: str) -> HttpResponse:
    source = managed_source(request, slug)
    services.restore_source(source=source, actor=reader(request))
    notify(request, f"{source} is back, with the datasets it had. Harvest it to see what changed meanwhile.")
    return redirect(source)


@act("harvest:source")
def discard(request: Request, slug: str) -> HttpResponse:
    """Remove a source that was only tried."""
    source = managed_source(request, slug)
    try:
        services.discard_source(source=source, actor=reader(request))
    except services.AlreadyActive as error:
        notify(request, f"{error} Cancel that run first.", level=messages.WARNING)
        return redirect(error.run)
    except services.NotPossible as error:
        notify(request, str(error), level=messages.WARNING)
        return redirect(source)
    notify(request, f"{source} was discarded. Nothing of it is kept.")
    return redirect("harvest:sources")


@act("harvest:sources", plain=True)
def accept(request: Request, pk: int) -> HttpResponse:
    """Say that two names are one dataset."""
    guess = _guess(request, pk)
    try:
        moved = accept_rename(guess=guess, actor=reader(request))
    except AlreadyDecided as error:
        notify(request, str(error), level=messages.INFO)
        return redirect(guess.new.source)
    notify(request, f"{guess.old.name} is now {guess.new.name}. What people wrote went along.")
    if moved.rules:
        notify(
            request,
            f"{moved.rules} opt-out rule(s) that closed {guess.old.key} do not hold where it is now: ask their owner "
            "whether they should.",
            level=messages.WARNING,
        )
    return redirect(guess.new.source)


@act("harvest:sources", plain=True)
def reject(request: Request, pk: int) -> HttpResponse:
    """Say that two names are two datasets."""
    guess = _guess(request, pk)
    try:
        reject_rename(guess=guess, actor=reader(request))
    except AlreadyDecided as error:
        notify(request, str(error), level=messages.INFO)
    else:
        notify(request, f"{guess.old.name} and {guess.new.name} are kept apart.")
    return redirect(guess.new.source)


def _guess(request: Request, pk: int) -> RenameGuess:
    """A guess between two datasets the person may read, of a source they manage."""
    viewer = reader(request)
    readable: QuerySet[Dataset] = Dataset.objects.readable_by(viewer)
    guesses = RenameGuess.objects.filter(old__in=readable, new__in=readable)
    guess = guesses.select_related("old__source", "new__source__owner").filter(pk=pk).first()
    if guess is None:
        raise Http404("There is nothing at this address.")
    require_manager(request, guess.new.source)
    return guess
