"""Teams: the list, a page for each, and who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.paging import keyset_page
from core.partials import render_page
from core.toasts import notify
from permissions import teams as services
from permissions.directory import ORDER, members, roles_given, teams
from permissions.forms.people import MemberForm, NewTeamForm, SearchForm, TeamForm
from permissions.models import Team, User
from permissions.roles import is_administrator
from permissions.stewards.reading import grants_of
from permissions.views.tokens import signed_in

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request

LINES = 50


@require_GET
def listing(request: Request) -> HttpResponse:
    """Every team, by name."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = keyset_page(
        teams(words).prefetch_related("members"), order=("name", "pk"), cursor=request.GET.get("cursor") or None,
        size=LINES,
    )  # fmt: skip
    context = {"page": page, "words": words, "administers": is_administrator(request.user)}
    return render_page(request, "permissions/teams/list.html", context)


@require_GET
def team(request: Request, slug: str) -> HttpResponse:
    """Who is in a team, and what it may do."""
    return _page(request, get_object_or_404(Team, slug=slug))


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    actor = signed_in(request)
    if not is_administrator(actor):
        raise PermissionDenied("Administrators make teams. Ask one, and say who would be in it.")
    form = NewTeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("permissions:team", services.create_team(actor=actor, **form.cleaned_data).slug)
        except ValidationError as error:
            form.refuse(error)
    return render_page(
        request, "permissions/teams/edit.html", {"form": form}, status=422 if form.errors else 200
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def edit(request: Request, slug: str) -> HttpResponse:
    """Its name and its managers."""
    actor, found = signed_in(request), get_object_or_404(Team, slug=slug)
    if not services.may_edit(actor, found):
        raise PermissionDenied("Administrators and the team's managers change it.")
    given = {"name": found.name, "managers": [person.username for person in found.managers.all()]}
    form = TeamForm(request.POST or None, initial=given)
    if not is_administrator(actor):
        del form.fields["managers"]
    if request.method == "POST" and form.is_valid():
        try:
            services.change_team(actor=actor, team=found, **form.cleaned_data)
            return redirect("permissions:team", found.slug)
        except ValidationError as error:
            form.refuse(error)
    context = {"form": form, "team": get_object_or_404(Team, slug=slug)}
    return render_page(request, "permissions/teams/edit.html", context, status=422 if form.errors else 200)


@require_POST
def add(request: Request, slug: str) -> HttpResponse:
    """Put somebody in."""
    actor, found = signed_in(request), get_object_or_404(Team, slug=slug)
    form = MemberForm(request.POST)
    if form.is_valid():
        try:
            services.add_member(actor=actor, team=found, person=form.cleaned_data["person"])
            notify(request, f"{form.cleaned_data['person']} is in {found} now.")
            return redirect("permissions:team", found.slug)
        except ValidationError as error:
            form.refuse(error)
    return _page(request, found, form)


@require_POST
def remove(request: Request, slug: str, username: str) -> HttpResponse:
    """Take somebody out."""
    actor, found = signed_in(request), get_object_or_404(Team, slug=slug)
    person = get_object_or_404(User, username=username)
    try:
        services.remove_member(actor=actor, team=found, person=person)
        notify(request, f"{person} is in {found} no longer. What they had by it has ended.")
    except ValidationError as error:
        notify(request, " ".join(error.messages), level=messages.ERROR)
    return redirect("permissions:team", found.slug)


def _page(request: Request, shown: Team, form: MemberForm | None = None) -> HttpResponse:
    viewer = signed_in(request)
    context = {
        "team": shown,
        "members": keyset_page(members(shown), order=ORDER, cursor=request.GET.get("cursor") or None, size=LINES),
        "managers": list(shown.managers.all()),
        "roles": roles_given(shown),
        "grants": grants_of(viewer, shown),
        "may_edit": services.may_edit(viewer, shown) and not shown.managed_by,
        "form": form or MemberForm(),
    }
    return render_page(request, "permissions/teams/team.html", context, status=422 if form and form.errors else 200)
