"""Who has to have a second factor, and what happens until they do."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from core.api.problems import CONTENT_TYPE, body_of
from permissions.models import User
from permissions.roles import is_administrator

if TYPE_CHECKING:
    from collections.abc import Callable

HAS_ONE = "has_second_factor"
ALWAYS_OPEN = ("/me/second-factor/", "/accounts/", "/me/theme/", "/static/", "/scim/")
ADD_ONE = "Your account needs a second factor before you go on. Add one here; it takes a minute."


def is_demanded_of(person: User) -> bool:
    """Whether the installation demands a second factor of them."""
    demanded = settings.CONCORD_SECOND_FACTOR
    return demanded == "everyone" or (demanded == "administrators" and is_administrator(person))


class SecondFactorMiddleware:
    """Leads people who lack a factor that is demanded of them to where they add one.

    Tokens are factors of their own, and who comes from the company's provider has shown there what it asks for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.CONCORD_SECOND_FACTOR == "nobody" or request.path.startswith(ALWAYS_OPEN) or not _lacks(request):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            body = body_of(HTTPStatus.FORBIDDEN, "Add a second factor to your account first, under Settings.")
            return JsonResponse(body, status=HTTPStatus.FORBIDDEN, content_type=CONTENT_TYPE)
        messages.warning(request, ADD_ONE)
        return HttpResponseRedirect(reverse("mfa_index"))


def _lacks(request: HttpRequest) -> bool:
    person = request.user
    if not isinstance(person, User) or request.session.get(HAS_ONE) or not is_demanded_of(person):
        return False
    methods = {method.get("method") for method in request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])}
    if "socialaccount" in methods:
        return False
    if is_mfa_enabled(person):
        request.session[HAS_ONE] = True
        return False
    return True
