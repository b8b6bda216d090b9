"""The page of a dataset that was deleted: it says so, shows what people had written, and lets it be given on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from catalog.curation.gone import gone, restore_words
from catalog.curation.history import moments, shown
from catalog.curation.outcome import Refused
from catalog.models import Dataset
from catalog.views.page import reader
from core.partials import render_page
from core.toasts import notify
from permissions.models import Duty
from permissions.things import NOTHING

if TYPE_CHECKING:
    from django.http import HttpResponse

    from catalog.curation.gone import Gone
    from core.requests import Request
    from permissions.models import User

SHOWN = 200
STATUS = 410  # it was here, and is not any more


def gone_page(request: Request, pk: int) -> HttpResponse:
    """What is kept of a deleted dataset. Raises `Http404` where nothing is, or it is closed to the reader."""
    person = reader(request)
    lost = gone(person, pk)
    if lost is None:
        raise Http404(NOTHING)
    if request.method == "POST" and (response := _restored(request, person, lost)):
        return response
    again = Dataset.objects.readable_by(person).present().filter(key=lost.key).first()
    changes = list(lost.last.select_related("edit__actor", "edit__suggested_by").order_by("pk")[:SHOWN])
    context = {
        "lost": lost, "again": again, "moments": moments(shown(person, changes)),
        "may_restore": Dataset.objects.writable_by(person, Duty.CURATE).exists(),
    }  # fmt: skip
    return render_page(request, "catalog/dataset/gone.html", context, status=STATUS)


def _restored(request: Request, person: User, lost: Gone) -> HttpResponse | None:
    key = request.POST.get("onto", "").replace("\0", "").strip()
    onto = Dataset.objects.writable_by(person, Duty.CURATE).filter(key=key).first()
    if onto is None:
        notify(request, "You curate no dataset of that key.", level=messages.ERROR)
        return None
    try:
        edit = restore_words(actor=person, lost=lost, onto=onto)
    except Refused as refused:
        notify(request, str(refused), level=messages.ERROR)
        return None
    if edit is None:
        notify(request, "Nothing was given: it says all of that already.", level=messages.INFO)
    else:
        notify(request, "Given. It can be undone.", undo=reverse("catalog:edit_undo", args=[edit.pk]))
    return redirect(onto)
