"""What a dataset and its fields mean: a panel, and saying so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Field
from catalog.views.page import open_page, reader
from core.partials import render_page
from core.toasts import notify
from definitions.forms import LinkForm
from definitions.linking import link, unlink
from definitions.models import Meaning
from definitions.panels import panel_of
from permissions.gate import find
from permissions.levels import Level
from permissions.things import NOTHING

if TYPE_CHECKING:
    from django.http import HttpResponse

    from catalog.views.page import DatasetPage
    from core.requests import Request


@require_safe
def dataset(request: Request, pk: int) -> HttpResponse:
    """The states tab of a dataset: what it is bound to, and what it and its fields mean."""
    page, viewer = open_page(request, pk, "meaning"), reader(request)
    panel = panel_of(viewer, page.dataset, page.closed)
    context = {"page": page, "dataset": page.dataset, "panel": panel, "form": LinkForm(viewer=viewer)}
    return render_page(request, "definitions/dataset.html", context, partial="panel")


@require_safe
def field(request: Request, pk: int, field_pk: int) -> HttpResponse:
    """What one field means."""
    page, viewer = open_page(request, pk, "meaning"), reader(request)
    found = _field(request, page, field_pk)
    panel = panel_of(viewer, page.dataset, page.closed, found)
    form = LinkForm(viewer=viewer, initial={"field": found.path})
    context = {"page": page, "dataset": page.dataset, "field": found, "panel": panel, "form": form}
    return render_page(request, "definitions/dataset.html", context, partial="panel")


def _field(request: Request, page: DatasetPage, pk: int) -> Field:
    """A field of the dataset that the viewer may read. Raises `Http404`, `permissions.gate.Restricted`."""
    found = find(Field.objects.select_related("dataset"), reader(request), Level.READ, pk=pk, dataset=page.dataset)
    if page.closed.closes(found.path):
        raise Http404(NOTHING)
    return found


@require_POST
def link_view(request: Request, pk: int) -> HttpResponse:
    """Link the dataset, or one of its fields, to a definition."""
    page, viewer = open_page(request, pk, "meaning"), reader(request)
    form = LinkForm(request.POST, viewer=viewer)
    if form.is_valid():
        path, found = form.cleaned_data["field"], None
        if path:
            known = Field.objects.readable_by(viewer).present().filter(dataset=page.dataset, path=path).first()
            found = known if known and not page.closed.closes(path) else None
            if found is None:
                form.add_error("field", "The dataset has no such field.")
        if form.is_valid():
            try:
                link(actor=viewer, definition=form.cleaned_data["definition"], dataset=page.dataset, field=found)
            except ValidationError as error:
                form.refuse(error)
            else:
                notify(request, f"Linked to {form.cleaned_data['definition']}.")
                return redirect("definitions:dataset", page.dataset.pk)
    context = {"page": page, "dataset": page.dataset, "form": form}
    context["panel"] = panel_of(viewer, page.dataset, page.closed)
    return render_page(request, "definitions/dataset.html", context, partial="panel", status=422)


@require_POST
def unlink_view(request: Request, pk: int, meaning_pk: int) -> HttpResponse:
    """Take a link back."""
    page, viewer = open_page(request, pk, "meaning"), reader(request)
    found = get_object_or_404(Meaning.objects.readable_by(viewer), pk=meaning_pk, dataset=page.dataset)
    unlink(actor=viewer, meaning=found)
    notify(request, "The link is taken back.")
    return redirect("definitions:dataset", page.dataset.pk)
