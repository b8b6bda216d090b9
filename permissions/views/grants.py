"""Who may write a thing: shown to all who may know of it, given and taken by those who decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from core.partials import render_page
from core.toasts import notify
from permissions.appointing import give_role, take_role
from permissions.directory import all_roles
from permissions.forms.people import GrantForm, RoleForm
from permissions.models import Duty, RoleGrant
from permissions.roles import is_administrator
from permissions.stewards.reading import known, places_of
from permissions.stewards.services import appointable, give_grant, take_grant
from permissions.views.tokens import signed_in

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request


@require_http_methods(["GET", "POST"])
def grants(request: Request, kind: str, pk: int) -> HttpResponse:
    """Who answers for a thing, who was granted what on it or on what it lies in, and giving more."""
    viewer, thing = signed_in(request), known(signed_in(request), kind, pk)
    duties = appointable(viewer, thing)
    form = GrantForm(request.POST or None, duties=duties)
    if request.method == "POST" and not duties:
        raise PermissionDenied("Those who answer for it, and the council, decide who may write it.")
    if request.method == "POST" and form.is_valid():
        try:
            give_grant(actor=viewer, thing=thing, duty=form.cleaned_data["duty"], whom=form.whom)
            notify(request, f"{form.whom} may {Duty(form.cleaned_data['duty']).label} it now.")
            return redirect("permissions:grants", kind, pk)
        except ValidationError as error:
            form.refuse(error)
    context = {"thing": thing, "kind": kind, "places": places_of(viewer, thing), "form": form, "duties": duties}
    return render_page(request, "permissions/grants.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request: Request, kind: str, pk: int, grant: int) -> HttpResponse:
    """End a grant."""
    thing = known(signed_in(request), kind, pk)
    found = get_object_or_404(thing.all_grants().select_related("thing"), pk=grant, thing=thing)
    take_grant(actor=signed_in(request), grant=found)
    notify(request, f"{found.whom} no longer may {Duty(found.duty).label} it.")
    return redirect("permissions:grants", kind, pk)


@require_http_methods(["GET", "POST"])
def roles(request: Request) -> HttpResponse:
    """Who has which role: for all to see, for administrators to change."""
    actor = signed_in(request)
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            give_role(actor=actor, role=form.cleaned_data["role"], whom=form.whom)
            notify(request, f"Role given to {form.whom}.")
            return redirect("permissions:roles")
        except ValidationError as error:
            form.refuse(error)
    context = {"roles": all_roles(), "form": form, "administers": is_administrator(actor)}
    return render_page(request, "permissions/roles.html", context, status=422 if form.errors else 200)


@require_POST
def role_remove(request: Request, pk: int) -> HttpResponse:
    """Take a role back."""
    found = get_object_or_404(RoleGrant.objects.select_related("person", "team"), pk=pk)
    try:
        take_role(actor=signed_in(request), grant=found)
        notify(request, f"Role taken from {found.whom}.")
    except ValidationError as error:
        notify(request, " ".join(error.messages), level=messages.ERROR)
    return redirect("permissions:roles")
