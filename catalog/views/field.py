"""The page of one field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from catalog.duties import may_curate
from catalog.field_facts import history_of, keys_with, namesakes, profile_of
from catalog.models import Classification, Field, FieldClassification
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
        **_marks(request.user, page, shown),
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


def opened_field(request: Request, pk: int, field_pk: int) -> Field:
    """One field of a dataset, where the reader may read of it."""
    page = open_page(request, pk, "schema")
    return _open(request.user, page, _fields().filter(pk=field_pk))


def _marks(viewer: Viewer, page: DatasetPage, field: Field) -> dict[str, Any]:
    """What the field is; to those who decide on it also what it is not, and what it could be said to be."""
    every: list[FieldClassification] = list(field.told)  # type: ignore[attr-defined]
    marks = [mark for mark in every if mark.state in FieldClassification.COUNTING]
    if not may_curate(viewer, page.dataset):
        return {"marks": marks}
    others = Classification.objects.exclude(pk__in=[mark.classification_id for mark in every])
    refused = [mark for mark in every if mark not in marks]
    return {"marks": marks, "refused": refused, "others": others, "decides": True}


def open_field(viewer: Viewer, page: DatasetPage, pk: int) -> Field:
    """A field of the page's dataset that the viewer may read. Raises `Http404` or `permissions.gate.Restricted`."""
    return _open(viewer, page, _fields().filter(pk=pk))


def _fields() -> FieldQuerySet:
    told = FieldClassification.objects.select_related("classification", "decided_by").order_by("classification__slug")
    marks = Prefetch("classified", told, to_attr="told")
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
