"""The sample tab: some rows and a light profile, for those who may see values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.views.decorators.http import require_safe

from catalog.forms import StartForm
from catalog.sample_table import sample_table
from catalog.values_shown import note_values_of
from catalog.views.page import open_page
from core.partials import render_page
from permissions.explain import explain
from permissions.levels import Level
from permissions.masks import Mask, mask_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request


@require_safe
def sample(request: Request, pk: int) -> HttpResponse:
    page = open_page(request, pk, "sample")
    explanation = explain(request.user, page.dataset.carried_labels(), Level.SAMPLE)
    context: dict[str, Any] = {"page": page, "dataset": page.dataset}
    if not explanation.allowed:
        context["explanation"] = explanation
    if explanation.allowed or (not explanation.limited and mask_of(explanation.rules) != Mask.HIDDEN):
        start = StartForm.of(request).start_at
        table = sample_table(request.user, page.dataset, page.closed, start, explanation.rules)
        if table is not None:
            shown = [one.path for one in table.columns if one.mask != Mask.HIDDEN]
            note_values_of(request.user, page.dataset, shown)
        context["table"] = table
    return render_page(request, "catalog/dataset/sample.html", context)
