"""Certifying a dataset, withdrawing that, and following it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from catalog.certifying import LONGEST_NOTE, USUAL, NotComplete, certify, withdraw
from catalog.duties import may_curate
from catalog.protocol.evaluating import examine
from catalog.telling import follow, unfollow
from catalog.views.missing import lines_of
from catalog.views.page import open_page, reader
from core.partials import render_page
from core.toasts import notify

if TYPE_CHECKING:
    from django.http import HttpResponse

    from catalog.models import Dataset
    from core.requests import Request


class CertifyForm(forms.Form):
    note = forms.CharField(
        label="What you checked", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Those who rely on it read this.",
    )  # fmt: skip
    until = forms.DateField(
        label="Until", widget=forms.DateInput(attrs={"type": "date"}),
        help_text="It is withdrawn then, unless somebody renews it; you are told a fortnight before.",
    )  # fmt: skip

    def refuse(self, error: ValidationError) -> None:
        known = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, texts in known.items():
            self.add_error(name if name in self.fields else None, texts)


@require_http_methods(["GET", "POST"])
def certificate(request: Request, pk: int) -> HttpResponse:
    """What certified data must have, and the form by which those who curate it vouch for it."""
    page = open_page(request, pk, "missing")
    found = examine(page.dataset, as_certified=True)
    tomorrow = timezone.localdate() + timedelta(days=1)
    initial = {"until": tomorrow - timedelta(days=1) + USUAL, "note": page.dataset.certification_note}
    form = CertifyForm(request.POST or None, initial=initial, auto_id="certify-%s")
    if request.method == "POST" and form.is_valid():
        try:
            edit = certify(actor=reader(request), dataset=page.dataset, **form.cleaned_data)
        except NotComplete as error:
            form.add_error(None, f"It is not complete yet. {error}")
        except ValidationError as error:
            form.refuse(error)
        else:
            notify(request, "Certified.", undo=reverse("catalog:edit_undo", args=[edit.pk]))
            return redirect(page.dataset)
    context = {
        "page": page, "dataset": page.dataset, "form": form, "examined": found, "lines": lines_of(found),
        "curates": may_curate(reader(request), page.dataset),
    }  # fmt: skip
    return render_page(request, "catalog/dataset/certify.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw_certificate(request: Request, pk: int) -> HttpResponse:
    """Withdraw it, with a reason."""
    page = open_page(request, pk, "missing")
    try:
        why = request.POST.get("why", "").replace("\0", "")[:500]
        edit = withdraw(actor=reader(request), dataset=page.dataset, why=why)
    except ValidationError as error:
        notify(request, " ".join(error.messages), level=messages.ERROR)
        return redirect("catalog:certify", page.dataset.pk)
    notify(request, "Withdrawn. Those who rely on it are told.", undo=reverse("catalog:edit_undo", args=[edit.pk]))
    return redirect(page.dataset)


@require_POST
def follow_dataset(request: Request, pk: int) -> HttpResponse:
    """Hear what becomes of a dataset, or no more."""
    dataset: Dataset = open_page(request, pk, "overview").dataset
    if request.POST.get("choice") == "stop":
        unfollow(actor=reader(request), dataset=dataset)
        notify(request, "You do not follow it any more.")
    else:
        follow(actor=reader(request), dataset=dataset)
        notify(request, "You are told when it changes so that readers break, or goes out of use.")
    return redirect(dataset)
