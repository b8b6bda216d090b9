"""People: the directory, and a page for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from core.paging import keyset_page
from core.partials import render_page
from core.toasts import notify
from permissions.accounts.switching import let_in, shut_out
from permissions.directory import ORDER, people, roles_given
from permissions.forms.people import SearchForm
from permissions.models import User
from permissions.roles import is_administrator
from permissions.stewards.reading import grants_of
from permissions.views.tokens import signed_in

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request

LINES = 50


@require_GET
def directory(request: Request) -> HttpResponse:
    """Everybody, by name; those whose accounts are closed apart."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    closed = request.GET.get("closed") == "1"
    found = people(words, closed=closed).prefetch_related("teams")
    page = keyset_page(found, order=ORDER, cursor=request.GET.get("cursor") or None, size=LINES)
    administers = is_administrator(request.user)
    context = {"page": page, "words": words, "closed": closed, "administers": administers}
    return render_page(request, "permissions/people/list.html", context)


@require_GET
def person(request: Request, username: str) -> HttpResponse:
    """Who somebody is, what they may do, and what they answer for, as far as the viewer may know of it."""
    viewer = signed_in(request)
    shown = get_object_or_404(
        User.objects.select_related("answered_by").prefetch_related("teams"), username__iexact=username
    )
    context = {
        "person": shown,
        "roles": roles_given(shown) if shown.is_active else [],
        "grants": grants_of(viewer, shown),
        "administers": is_administrator(viewer),
    }
    return render_page(request, "permissions/person.html", context)


@require_POST
def switch(request: Request, username: str) -> HttpResponse:
    """Close an account, or open it again."""
    actor = signed_in(request)
    person = get_object_or_404(User, username__iexact=username, is_service=False)
    closing = "close" in request.POST
    try:
        (shut_out if closing else let_in)(actor=actor, person=person)
    except ValidationError as error:
        notify(request, " ".join(error.messages), level=messages.ERROR)
    else:
        notify(request, f"{person} {'no longer gets in.' if closing else 'may sign in again.'}")
    return redirect(person)
