"""By what names events and scripts mean a source: its own address, and aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from catalog.models import Source
from catalog.views.page import reader
from core.partials import render_page
from lineage.aliasing import LONGEST, add_alias, may_alias, remove_alias, unknown_namespaces
from lineage.homes import home_of
from lineage.models import NamespaceAlias
from permissions.gate import find

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request


class AliasForm(forms.Form):
    """Another name of where a source is."""

    namespace = forms.CharField(
        label="Namespace", max_length=LONGEST, help_text="As events have it, like postgres://db.internal:5432."
    )
    root = forms.CharField(
        label="Names there begin with", max_length=LONGEST, required=False,
        help_text="The database or folder, where that is another than the source's own.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def aliases(request: Request, slug: str) -> HttpResponse:
    """The names of a source, and a form for one more; for whoever manages it."""
    source = _managed(request, slug)
    form = AliasForm(request.POST or None)
    if form.is_valid():
        try:
            alias, joined = add_alias(actor=reader(request), source=source, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("namespace", error.messages)
        else:
            messages.success(
                request, f"{alias.namespace} means {source.name} now; {joined} names told before joined up."
            )
            return redirect("lineage:aliases", slug=slug)
    context = {
        "source": source,
        "form": form,
        "own": home_of(source)[0],
        "aliases": source.namespace_aliases.order_by("namespace", "root"),
        "unknown": unknown_namespaces(request.user),
    }
    return render_page(request, "lineage/aliases.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request: Request, slug: str, pk: int) -> HttpResponse:
    """Let an alias no longer mean the source."""
    source = _managed(request, slug)
    alias = get_object_or_404(NamespaceAlias.objects.filter(source=source), pk=pk)
    remove_alias(actor=reader(request), alias=alias)
    messages.success(request, f"{alias.namespace} no longer means {source.name}.")
    return redirect("lineage:aliases", slug=slug)


def _managed(request: Request, slug: str) -> Source:
    source = find(Source.objects.select_related("owner", "domain"), request.user, slug=slug)
    if not may_alias(request.user, source):
        raise PermissionDenied("You do not manage this source.")
    return source
