"""The page of one field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from catalog.field_facts import history_of, keys_with, namesakes, profile_of
from catalog.models import Field, FieldClassification
from catalog.values_shown import note_values_of
from catalog.views.page import open_page
from core.partials import render_page
from permissions.audit.reads import note_denied, note_missed
from permissions.explain import Explanation
from permissions.gate import Restricted
from permissions.levels import Level
from permissions.things import ask_url

if TYPE_CHECKING:
    from django.http import HttpResponse

    from catalog.querysets import FieldQuerySet
    from catalog.views.page import DatasetPage
    from core.requests import Request
    from permissions.access import Viewer

NO_FIELD = "This dataset has no such field."
PARTS = 200  # nested fields listed


@require_safe
def field(request: Request, pk: int, field_pk: int) -> HttpResponse:
    page = open_page(request, pk, "schema")
    shown = _open(request.user, page, _fields().filter(pk=field_pk))
    others, more = namesakes(request.user, shown)
    context = {
        "page": page,
        "dataset": page.dataset,
        "field": shown,
        "typed": not page.closed.closes(shown.path),
        "marks": getattr(shown, "live", ()),
        "parts": _parts(page, shown),
        "history": history_of(page.dataset, shown.path, page.closed),
        "namesakes": others,
        "more_namesakes": more,
        **keys_with(request.user, page.dataset, shown.path, page.closed)._asdict(),
        **_values(request.user, page, shown),
    }
    return render_page(request, "catalog/field.html", context)


@require_safe
def by_path(request: Request, pk: int) -> HttpResponse:
    """Lead from a field's path, as searches and messages know it, to its page."""
    page = open_page(request, pk, "schema")
    found = _open(request.user, page, _fields().filter(path=request.GET.get("path", "")[:5_000].replace("\0", "")))
    return redirect("catalog:field", pk, found.pk)


@require_safe
def ask_for_values(request: Request, pk: int) -> HttpResponse:
    """Lead from a masked field's path to where its values can be asked for."""
    page = open_page(request, pk, "sample")
    path = request.GET.get("path", "")[:5_000].replace("\0", "")
    if page.closed.hides(path):
        raise Http404(NO_FIELD)
    found = get_object_or_404(Field, dataset=page.dataset, path=page.closed.masked_at(path))
    return redirect(ask_url(f"field:{found.pk}", Level.SAMPLE))


def _fields() -> FieldQuerySet:
    live = FieldClassification.objects.exclude(state=FieldClassification.State.REJECTED)
    marks = Prefetch("classified", live.select_related("classification", "decided_by"), to_attr="live")
    return Field.objects.select_related("described_by").prefetch_related(marks)


def _open(viewer: Viewer, page: DatasetPage, fields: FieldQuerySet) -> Field:
    """The field of this dataset, where the viewer may read of it; closed with everything around it."""
    found = fields.filter(dataset=page.dataset).first()
    if found is None:
        note_missed(viewer, Field, {"dataset": page.dataset.key})
        raise Http404(NO_FIELD)
    found.dataset = page.dataset
    if hiding := page.closed.stopping(found.path, Level.DISCOVER):
        note_denied(viewer, found, Level.DISCOVER, hiding)
        raise Http404(NO_FIELD)
    if stopping := page.closed.stopping(found.path, Level.READ):
        note_denied(viewer, found, Level.READ, stopping)
        reasons = page.closed.reasons()
        rules = (reasons[denial.rule_id] for denial in stopping if denial.rule_id in reasons)
        raise Restricted(found, Explanation(Level.READ, tuple(rules)))
    return found


def _parts(page: DatasetPage, field: Field) -> list[tuple[Field, bool]]:
    """The fields directly in this one, and whether more than their name may be shown."""
    inside = page.dataset.fields.present().filter(parent_path=field.path)[:PARTS]
    return [(one, not page.closed.closes(one.path)) for one in inside if not page.closed.hides(one.path)]


def _values(viewer: Viewer, page: DatasetPage, field: Field) -> dict[str, Any]:
    found = profile_of(page.dataset, field, page.closed) if page.may_sample else None
    if found is None:
        return {"sample": None, "column": None}
    sample, column = found
    if not column.masked:
        note_values_of(viewer, page.dataset, [field.path])
    return {"sample": sample, "column": column}
