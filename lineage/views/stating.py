"""Pages on which a curator states what a dataset reads from, and takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from catalog.duties import may_curate
from catalog.models import Dataset
from catalog.views.page import open_page, reader
from core.partials import render_page
from lineage.models import Edge
from lineage.stating import LONGEST_REASON, state_upstream, withdraw_upstream
from permissions.gate import find

if TYPE_CHECKING:
    from django.http import HttpResponse

    from catalog.views.page import DatasetPage
    from core.requests import Request
    from permissions.models import User

UNKNOWN = "There is no dataset of this path. Copy it from the head of its page."


class StateForm(forms.Form):
    """What a dataset reads from, and how one knows."""

    upstream = forms.CharField(
        label="It reads from", max_length=2_000, help_text="The path of a dataset, as at the head of its page."
    )
    reason = forms.CharField(
        label="How do you know?", max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Whoever doubts it later will read this.",
    )  # fmt: skip

    def dataset(self, person: User) -> Dataset:
        """The dataset that is meant. Raises `ValidationError`, alike for what is not there and what is hidden."""
        try:
            return find(Dataset.objects.all(), person, key=self.cleaned_data["upstream"].strip())
        except Http404:
            raise ValidationError(UNKNOWN) from None


@require_http_methods(["GET", "HEAD", "POST"])
def state(request: Request, pk: int) -> HttpResponse:
    """What people state of a dataset, and a form to state more; for those who curate it."""
    page = _curated(request, pk)
    form = StateForm(request.POST or None)
    if form.is_valid():
        try:
            upstream = form.dataset(reader(request))
            state_upstream(
                actor=reader(request), dataset=page.dataset, upstream=upstream, reason=form.cleaned_data["reason"]
            )
        except (ValidationError, PermissionDenied) as error:
            form.add_error("upstream", getattr(error, "messages", None) or str(error))
        else:
            messages.success(request, f"Stated: it reads from {upstream.key}.")
            return redirect("lineage:state", pk=pk)
    stated = (
        Edge.objects.current()
        .readable_by(request.user)
        .filter(origin=Edge.Origin.HAND, downstream__dataset=page.dataset, upstream__dataset__isnull=False)
    )
    told = stated.select_related("upstream__dataset__source", "stated_by").order_by("-first_seen_at")[:200]
    context = {"page": page, "dataset": page.dataset, "form": form, "stated": told}
    return render_page(request, "lineage/state.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: Request, pk: int, upstream: int) -> HttpResponse:
    """Take back what people stated."""
    page = _curated(request, pk)
    other = find(Dataset.objects.all(), request.user, pk=upstream)
    if withdraw_upstream(actor=reader(request), dataset=page.dataset, upstream=other):
        messages.success(request, f"Taken back: it is no longer stated that it reads from {other.key}.")
    return redirect("lineage:state", pk=pk)


def _curated(request: Request, pk: int) -> DatasetPage:
    page = open_page(request, pk, "lineage")
    if not may_curate(request.user, page.dataset):
        raise PermissionDenied("You do not curate this dataset. Its steward may state where it comes from.")
    return page
