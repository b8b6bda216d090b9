"""Staff mode: starting it, and ending it from the banner."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from allauth.account import app_settings
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.toasts import notify
from permissions.forms.staff import StaffModeForm
from permissions.models import StaffMode, User
from permissions.roles import is_administrator
from permissions.staff.middleware import KEY
from permissions.staff.services import end_staff_mode, start_staff_mode

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request

SHOWN = 20
SIGN_IN_AGAIN = (
    "You have neither a password nor a second factor here, so Concord cannot ask whether it is you. Sign out, sign in "
    "again, and start staff mode within {minutes} minutes."
)


@never_cache
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "POST"])
def staff(request: Request) -> HttpResponse:
    """Why, and then it is on. Asks for the password or second factor again on the way."""
    person = _administrator(request)
    form = StaffModeForm(request.POST or None, initial={"next": request.GET.get("next", "")})
    if request.method == "POST" and _surely_them(request, form) and form.is_valid():
        mode = start_staff_mode(actor=person, reason=form.cleaned_data["reason"])
        request.session[KEY] = mode.pk
        return redirect(_target(form.cleaned_data["next"]))
    latest = StaffMode.objects.select_related("person").order_by("-started_at")[:SHOWN]
    context = {"form": form, "latest": latest, "minutes": settings.CONCORD_STAFF_MINUTES}
    return render(request, "permissions/staff.html", context, status=422 if form.errors else 200)


@require_POST
def staff_end(request: Request) -> HttpResponse:
    """Off again."""
    person = request.user
    if isinstance(person, User) and person.staff_mode is not None:
        end_staff_mode(actor=person, mode=person.staff_mode)
        notify(request, "Staff mode has ended.")
    request.session.pop(KEY, None)
    return redirect("/")


def _administrator(request: Request) -> User:
    if not isinstance(request.user, User) or not is_administrator(request.user):
        raise PermissionDenied("Staff mode is for administrators.")
    return request.user


def _surely_them(request: Request, form: StaffModeForm) -> bool:
    """Whether somebody who has nothing to be asked for has signed in only just now."""
    if get_reauthentication_flows(request.user):
        return True  # they were asked on the way here
    signed_in = [float(one["at"]) for one in get_authentication_records(request, request.user)]
    if signed_in and time.time() - max(signed_in) < app_settings.REAUTHENTICATION_TIMEOUT:
        return True
    form.add_error(None, SIGN_IN_AGAIN.format(minutes=app_settings.REAUTHENTICATION_TIMEOUT // 60))
    return False


def _target(wanted: str) -> str:
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"
