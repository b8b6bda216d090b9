"""What is promised to those who report, and how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Dataset, Domain
from catalog.views.page import reader
from core.partials import render_page
from core.toasts import notify
from feedback.figures import BY, figures_by, trend
from feedback.forms_levels import LevelForm
from feedback.levels import Thing, levels_known_to, may_set_level, remove_level, set_level
from feedback.models import ServiceLevel
from permissions.gate import find

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request
    from permissions.models import User


@require_safe
def figures(request: Request) -> HttpResponse:
    """How feedback goes, by domain, source or steward."""
    viewer, by = reader(request), request.GET.get("by", "domain")
    by = by if by in BY else "domain"
    weeks = trend(viewer)
    context = {
        "by": by,
        "ways": [(way, way.capitalize()) for way in BY],
        "figures": figures_by(viewer, by),
        "weeks": weeks,
        "most": max((max(week.reported, week.done) for week in weeks), default=0) or 1,
    }
    return render_page(request, "feedback/figures.html", context, partial="results")


@require_safe
def levels(request: Request) -> HttpResponse:
    """All that is promised, as far as the viewer may know."""
    viewer = reader(request)
    known = levels_known_to(viewer)
    context = {
        "levels": [(level, may_set_level(viewer, level.dataset or level.domain)) for level in known],
        "domains": [one for one in Domain.objects.visible_to(viewer) if may_set_level(viewer, one)],
        "sets_rest": may_set_level(viewer, None),
    }
    return render_page(request, "feedback/levels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def level(request: Request) -> HttpResponse:
    """Set what is promised for ``?of=``: ``domain:finance``, ``dataset:7``, or all the rest."""
    viewer, ref = reader(request), request.GET.get("of", "")
    thing = _thing(viewer, ref)
    if not may_set_level(viewer, thing):
        raise PermissionDenied("Only those who triage it may promise something for it.")
    had = ServiceLevel.objects.filter(**_of(thing)).first()
    form = LevelForm(request.POST or None, initial=LevelForm.values_of(had))
    if request.method == "POST" and form.is_valid():
        try:
            set_level(actor=viewer, thing=thing, **form.promised())
        except ValidationError as error:
            form.refuse(error)
        else:
            notify(request, "Set. It holds for what is reported from now on.")
            return redirect("feedback:levels")
    context = {"form": form, "thing": thing, "had": had, "ref": ref}
    return render_page(request, "feedback/level.html", context, status=422 if form.errors else 200)


@require_POST
def level_remove(request: Request) -> HttpResponse:
    """Promise nothing for ``?of=`` any more; clocks that run go on."""
    viewer = reader(request)
    remove_level(actor=viewer, thing=_thing(viewer, request.GET.get("of", "")))
    notify(request, "Taken away. It holds for what is reported from now on.")
    return redirect("feedback:levels")


def _thing(viewer: User, ref: str) -> Thing:
    kind, _, name = ref.partition(":")
    if kind == "dataset" and name.isascii() and name.isdigit() and len(name) < 19:
        return find(Dataset.objects.with_context(), viewer, pk=int(name))
    if kind == "domain":
        return get_object_or_404(Domain.objects.visible_to(viewer), slug=name)
    return None


def _of(thing: Thing) -> dict[str, Thing]:
    return {
        "dataset": thing if isinstance(thing, Dataset) else None,
        "domain": thing if isinstance(thing, Domain) else None,
    }
