"""The very first person of a new installation."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from permissions.forms.first_run import FirstAdministratorForm
from permissions.models import Role, RoleGrant, User

LOCK = 0x636F6E63  # any number no other advisory lock uses


class AlreadySetUp(Exception):
    """Somebody else made the first account in the meantime."""


class FirstRunMiddleware:
    """Sends every page to the welcome page until there is a user; programs are answered 401 by the API itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.settled = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        welcome = reverse("permissions:welcome")
        self.settled = self.settled or request.user.is_authenticated or User.objects.exists()
        if not self.settled and request.path != welcome and not request.path.startswith("/api/"):
            return HttpResponseRedirect(welcome)
        return self.get_response(request)


def may_set_up_here(request: HttpRequest) -> bool:
    """Whether the welcome page itself may make the account: only where reaching it means sitting at the machine."""
    direct = "HTTP_X_FORWARDED_FOR" not in request.META
    return bool(settings.CONCORD_EMBEDDED) and direct and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


@transaction.atomic
def create_first_administrator(form: FirstAdministratorForm) -> User:
    """Saves a valid form as the first user, an administrator. Raises `AlreadySetUp` when another was faster."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if User.objects.exists():
        raise AlreadySetUp
    person: User = form.save()
    RoleGrant.objects.create(role=Role.ADMINISTRATOR, person=person)
    return person
