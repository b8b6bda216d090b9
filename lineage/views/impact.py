"""What happens downstream when something of a dataset is changed: a page, and a table to take along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from catalog.models import Field
from catalog.views.page import open_page, reader
from core.partials import render_page
from core.spreadsheets import csv_lines
from lineage.adjacency import Reach
from lineage.closures import Direction
from lineage.impact import Hit, Impact, impact_of
from lineage.models import Node
from lineage.reach import reach
from permissions.audit import note

if TYPE_CHECKING:
    from catalog.views.page import DatasetPage
    from core.requests import Request

SIDES = (Direction.DOWN, Direction.UP)
ALL = ("", "All of it")


class ImpactForm(forms.Form):
    """Which field would be changed."""

    column = forms.ChoiceField(label="If this is dropped, renamed or changed", required=False)

    def __init__(self, page: DatasetPage, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        paths = Field.objects.present().filter(dataset=page.dataset).order_by("position").values_list("path", flat=True)
        self.fields["column"].choices = [ALL, *((path, path) for path in paths[:2_000] if not page.closed.closes(path))]  # type: ignore[attr-defined]

    def chosen(self) -> str:
        """The field asked for; one that is not there, or closed, is as none."""
        return str(self.cleaned_data.get("column", "")) if self.is_valid() else ""


@require_safe
def impact(request: Request, pk: int) -> HttpResponse:
    """Everything that depends on a dataset or one of its fields, those that break first."""
    page = open_page(request, pk, "lineage")
    form = ImpactForm(page, request.GET)
    node = Node.objects.filter(dataset=page.dataset).first()
    column = form.chosen()
    found = impact_of(reader(request), node, column) if node else Impact([], [], [], 0, True)
    if request.GET.get("as") == "csv":
        note(
            "export.read",
            actor=reader(request),
            thing=page.dataset,
            note=f"Impact of a change to {column or 'all of it'}",
        )
        return _table(found, page.dataset.key, column)
    context = {"page": page, "dataset": page.dataset, "form": form, "column": column, "impact": found}
    return render_page(request, "lineage/impact.html", context)


@require_safe
def count(request: Request, pk: int) -> HttpResponse:
    """How much depends on a dataset in all, and how much it comes from, by distance."""
    page = open_page(request, pk, "lineage")
    node = Node.objects.filter(dataset=page.dataset).first()
    sides = [(direction, reach(reader(request), node.pk, direction) if node else Reach([])) for direction in SIDES]
    context = {"page": page, "dataset": page.dataset, "sides": sides, "downstream": sides[0][1]}
    return render_page(request, "lineage/count.html", context, partial="total")


def _table(found: Impact, key: str, column: str) -> HttpResponse:
    header = ("changed", "field", "dataset", "place", "distance", "effect", "fields", "answers")
    rows = ((key, column, *_row(hit)) for hit in found.hits)
    response = HttpResponse("".join(csv_lines([header, *rows])), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="impact.csv"'
    return response


def _row(hit: Hit) -> tuple[object, ...]:
    people = "; ".join(str(person) for person in hit.responsible)
    return hit.card.name, hit.card.place, hit.distance, hit.effect, "; ".join(hit.columns), people
