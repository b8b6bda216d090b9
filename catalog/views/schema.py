"""The schema tab: every field of a dataset, filtered as one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from catalog.forms import SchemaForm
from catalog.schema_rows import PAGE, schema_page
from catalog.views.page import open_page
from core.partials import render_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request


@require_safe
def schema(request: Request, pk: int) -> HttpResponse:
    page = open_page(request, pk, "schema")
    form = SchemaForm.of(request)
    rows = schema_page(
        request.user,
        page.dataset,
        page.closed,
        query=form.text("q"),
        start=form.start_at,
        size=None if form.cleaned_data["all"] else PAGE,
    )
    context = {"page": page, "dataset": page.dataset, "fields": rows, "form": form, "q": form.text("q")}
    return render_page(request, "catalog/dataset/schema.html", context)
