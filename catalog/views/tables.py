"""Tables brought back: a file that is looked at first, and a grid to edit in."""

from __future__ import annotations

import zlib
from http import HTTPStatus
from io import BytesIO
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from catalog.tabular.importing import NotTaken, import_table, plan_import
from catalog.views.page import reader
from core.tabular.collections import find_collection
from core.tabular.reading import Unreadable, format_of, read_table
from core.toasts import notify

if TYPE_CHECKING:
    from catalog.tabular.importing import Plan
    from core.requests import Request
    from core.tabular.collections import Collection
    from permissions.models import User

LARGEST = 30 << 20  # bytes of a file by the page; REST and the command take more
KEPT = 3_600  # seconds between looking and agreeing


class FileForm(forms.Form):
    """A table to look at, or one that was looked at and is agreed to."""

    file = forms.FileField(
        label="File", required=False, help_text="CSV, JSON lines, Parquet or XLSX, as it was downloaded."
    )
    why = forms.CharField(label="Why", required=False, max_length=500, help_text="Kept with the change.")
    kept = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    agreed = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given and given.size > LARGEST:
            most = f"A page takes at most {LARGEST:,} bytes; this has {given.size:,}."
            raise forms.ValidationError(f"{most} The API and the command take more.")
        return given


@require_http_methods(["GET", "POST"])
def bring(request: Request, name: str) -> HttpResponse:
    """Takes a file, shows what it would change, and changes that once somebody agrees."""
    person, collection = reader(request), editable(reader(request), name)
    form = FileForm(request.POST or None, request.FILES or None)
    context = {"collection": collection, "form": form}
    if request.method == "GET" or not form.is_valid():
        status = HTTPStatus.OK if request.method == "GET" else HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "catalog/tables/bring.html", context, status=status)
    told = form.cleaned_data
    try:
        title, raw, kept = _file(person, told)
        given: dict[str, Any] = {"actor": person, "collection": collection}
        given["given"] = read_table(BytesIO(raw), format_of(title))
        if not told["agreed"]:
            return _look(request, plan_import(**given), context | {"title": title, "kept": kept, "why": told["why"]})
        plan = import_table(**given, why=told["why"] or f"From {title}.", agreed=told["agreed"])
    except Unreadable as error:
        form.add_error("file", str(error))
        return render(request, "catalog/tables/bring.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except NotTaken as error:
        notify(request, str(error), level=messages.WARNING)
        return _look(request, error.plan, context | {"title": title, "kept": kept, "why": told["why"]})
    notify(request, f"{plan.changed:,} row{'' if plan.changed == 1 else 's'} changed.", undo=undo_of(plan))
    return redirect("catalog:table_grid", name)


def undo_of(plan: Plan) -> str:
    """The address that undoes all of an import."""
    return reverse("catalog:edit_undo", args=[plan.edit.pk]) if plan.edit else ""


def editable(person: User, name: str) -> Collection:
    """The collection so called, if it can be written. Raises `Http404`."""
    found = find_collection(person, name)
    if found is None or not found.edits:
        raise Http404("There is nothing at this address.")
    return found


def _file(person: User, told: dict[str, Any]) -> tuple[str, bytes, str]:
    """The file's name, what it holds, and what it is kept by until it is agreed to. Raises `Unreadable`."""
    if given := told["file"]:
        kept = token_urlsafe(16)
        raw = given.read()
        cache.set(_place(person, kept), (given.name, zlib.compress(raw, 1)), KEPT)
        return given.name, raw, kept
    found = cache.get(_place(person, told["kept"])) if told["kept"] else None
    if found is None:
        raise Unreadable("Choose a file." if not told["kept"] else "The file is not kept any more. Choose it again.")
    return found[0], zlib.decompress(found[1]), told["kept"]


def _place(person: User, kept: str) -> str:
    return f"table-file:{person.pk}:{kept}"


def _look(request: Request, plan: Plan, context: dict[str, Any]) -> HttpResponse:
    form = FileForm(initial={"kept": context["kept"], "agreed": plan.digest, "why": context["why"]})
    status = HTTPStatus.UNPROCESSABLE_ENTITY if plan.refused else HTTPStatus.OK
    return render(request, "catalog/tables/look.html", context | {"form": form, "plan": plan}, status=status)
