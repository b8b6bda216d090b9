"""Searches that one keeps, and the words one searched for last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.forms import SaveForm, SearchForm
from catalog.models import Dataset, SavedSearch
from catalog.searches import delete_search, forget_searches, save_search
from catalog.views.page import reader
from core.paging import keyset_page
from core.partials import render_page
from core.toasts import notify

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request

SALT = "catalog.saved_search"
UNDO_SECONDS = 3600
LINES = 50


@require_GET
def saved_searches(request: Request) -> HttpResponse:
    """Every search one keeps, with how many new datasets it found that one may still know of."""
    person = reader(request)
    visible = Q(matches__dataset__in=Dataset.objects.visible_to(person).present())
    mine = SavedSearch.objects.filter(person=person).annotate(found=Count("matches", filter=visible)).order_by("name")
    return render_page(request, "catalog/searches/list.html", {"searches": list(mine)})


@require_POST
def save(request: Request) -> HttpResponse:
    """Keep the search whose query string was posted."""
    form = SaveForm(request.POST)
    query = SearchForm.read(QueryDict(request.POST.get("query", ""))).query
    back = f"{reverse('catalog:search')}?{query}"
    if not form.is_valid():
        notify(request, "Give the search a name, of at most 120 characters.", level=messages.ERROR)
        return HttpResponseRedirect(back)
    try:
        saved = save_search(actor=reader(request), query=query, **form.cleaned_data)
    except ValidationError as error:
        notify(request, " ".join(error.messages), level=messages.ERROR)
        return HttpResponseRedirect(back)
    notify(request, f"Saved as “{saved.name}”. It is among your saved searches.")
    return HttpResponseRedirect(back)


@require_http_methods(["GET", "POST"])
def saved_search(request: Request, pk: int) -> HttpResponse:
    """One saved search: what it found new, its name and its notices."""
    mine = _mine(request, pk)
    form = SaveForm(request.POST or None, instance=mine)
    if request.method == "POST" and _edited(request, form):
        notify(request, "Saved.")
        return redirect(mine)
    matching = Dataset.objects.visible_to(request.user).present().with_context().filter(search_matches__search=pk)
    page = keyset_page(
        matching, order=("-search_matches__found_at", "-pk"), cursor=request.GET.get("cursor") or None, size=LINES
    )
    context = {"search": SavedSearch.objects.get(pk=pk), "form": form, "listing": page, "asked": _asked(mine)}
    return render_page(request, "catalog/searches/one.html", context, status=422 if form.errors else None)


@require_POST
def delete(request: Request, pk: int) -> HttpResponse:
    mine = _mine(request, pk)
    undo = signing.dumps({"name": mine.name, "query": mine.query, "notify": mine.notify}, salt=SALT, compress=True)
    delete_search(search=mine)
    address = f"{reverse('catalog:restore_search')}?{urlencode({'search': undo})}"
    notify(request, f"“{mine.name}” is deleted.", undo=address)
    return redirect("catalog:saved_searches")


@require_POST
def restore(request: Request) -> HttpResponse:
    """Undo a deletion."""
    try:
        kept = signing.loads(request.GET.get("search", ""), salt=SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature as error:
        raise Http404("This can no longer be undone.") from error
    save_search(actor=reader(request), **kept)
    notify(request, f"“{kept['name']}” is back.")
    return redirect("catalog:saved_searches")


@require_POST
def forget(request: Request) -> HttpResponse:
    """Forget the words one searched for."""
    forget_searches(actor=reader(request))
    notify(request, "Your recent searches are cleared.")
    return redirect("catalog:search")


def _mine(request: Request, pk: int) -> SavedSearch:
    return get_object_or_404(SavedSearch, pk=pk, person=reader(request))


def _edited(request: Request, form: SaveForm) -> bool:
    if (
        form.is_valid()
        and SavedSearch.objects.filter(person=reader(request), name=form.cleaned_data["name"])
        .exclude(pk=form.instance.pk)
        .exists()
    ):
        form.add_error("name", "You keep another search of this name.")
    if form.is_valid():
        form.save()
    return form.is_valid()


def _asked(search: SavedSearch) -> dict[str, Any]:
    form = SearchForm.read(QueryDict(search.query))
    return {"q": form.text("q"), "chosen": form.chosen}
