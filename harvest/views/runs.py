"""A harvest, live while it goes on, and what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from core.partials import render_page
from core.toasts import notify
from harvest import services
from harvest.changes import difference_of
from harvest.duties import may_manage
from harvest.looks import look_of_kind, look_of_part
from harvest.models import Run
from harvest.overview import location_of
from harvest.seen import see
from harvest.views.opening import act, managed_run, open_run, reader
from harvest.views.wizard import steps
from harvest.watching import is_silent, pace_of, steps_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request
    from harvest.seen import Seen


@require_GET
def run(request: Request, pk: int) -> HttpResponse:
    found = open_run(request, pk)
    viewer = reader(request)
    seen = see(found, viewer)
    manages = may_manage(viewer, found.source)
    trying = manages and found.dry and services.is_untouched(found.source)
    context = {
        "run": found,
        "source": found.source,
        "look": look_of_kind(found.source.kind),
        "location": location_of(found.source),
        "manages": manages,
        "wizard": steps("") if trying else None,
        "first": trying and not found.active,
        **_progress(found, seen),
        **_outcome(request, found, seen),
        "said": _said(request, found),
    }
    return render_page(request, "harvest/run.html", context, partial="live")


def _progress(run: Run, seen: Seen) -> dict[str, Any]:
    return {
        "counters": seen.counters,
        "steps": steps_of(run),
        "pace": pace_of(run, seen.counters),
        "silent": is_silent(run),
        "seconds": _elapsed(run),
    }


def _elapsed(run: Run) -> float | None:
    """Seconds; whole ones while they pass."""
    if run.duration is None:
        return None
    seconds = run.duration.total_seconds()
    return float(round(seconds)) if run.active else seconds


def _outcome(request: Request, run: Run, seen: Seen) -> dict[str, Any]:
    """What it found, once it has ended: while it goes on the lists may still change."""
    if run.active:
        return {}
    return {
        "part": look_of_part(run.failed_part),
        "problems": seen.problems,
        "message": seen.message,
        "difference": difference_of(run, seen, reader(request)),
    }


def _said(request: Request, run: Run) -> str:
    """What is read aloud: a new phase or the end, and nothing while only numbers move."""
    known = f"{run.state}-{run.phase}"
    if request.GET.get("at") in (None, known):
        return ""
    return run.get_phase_display() if run.active else f"The harvest {run.get_state_display()}"


@act("harvest:run")
def cancel(request: Request, pk: int) -> HttpResponse:
    found = managed_run(request, pk)
    try:
        services.cancel_run(run=found, actor=reader(request))
    except services.NotPossible as error:
        notify(request, str(error), level=messages.WARNING)
    return redirect(found)


@act("harvest:run")
def confirm(request: Request, pk: int) -> HttpResponse:
    """Agree to what would vanish, and harvest again."""
    found = managed_run(request, pk)
    try:
        again = services.confirm_run(run=found, actor=reader(request))
    except services.NotPossible as error:
        notify(request, str(error), level=messages.WARNING)
        return redirect(found)
    except services.AlreadyActive as error:
        notify(request, f"{error} This is it.", level=messages.WARNING)
        return redirect(error.run)
    notify(request, "Confirmed. What the source no longer has is archived, and kept with all that people wrote.")
    return redirect(again)
