"""Taking over what people said of a field that a schema version guesses to be renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from catalog.duties import may_curate
from catalog.field_renames import accept_field_rename, open_renames, reject_field_rename
from catalog.news import as_news
from catalog.views.page import open_page
from core.toasts import notify

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request


@require_POST
def take_over(request: Request, pk: int, number: int) -> HttpResponse:
    """Accept the guess that the field named in the form is the one that went, or say that it is another."""
    page = open_page(request, pk, "history")
    if not may_curate(request.user, page.dataset):
        raise PermissionDenied("Only those who answer for this dataset decide what its fields mean.")
    version = get_object_or_404(page.dataset.schema_versions.defer("fields"), number=number)
    renames = open_renames(page.dataset, as_news(version, page.closed).changes)
    rename = renames.get(request.POST.get("path", ""))
    if rename is None:
        raise Http404("There is nothing left to take over.")
    if request.POST.get("answer") == "apart":
        reject_field_rename(rename)
        notify(request, f"{rename.old.path} and {rename.new.path} are kept apart.")
        return HttpResponseRedirect(f"{reverse('catalog:dataset_history', args=[pk])}#v{number}")
    accept_field_rename(rename)
    notify(request, f"What was said of {rename.old.path} now stands with {rename.new.path}.")
    return HttpResponseRedirect(f"{reverse('catalog:dataset_history', args=[pk])}#v{number}")
