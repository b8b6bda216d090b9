"""A person's own settings."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from core.requests import Request
from core.themes import COOKIE
from core.toasts import notify
from permissions.forms.me import ProfileForm, ThemeForm
from permissions.models import User

YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "POST"])
def me(request: Request) -> HttpResponse:
    """Name, job title, theme and time zone."""
    form = ProfileForm(request.POST or None, instance=_stored(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        notify(request, "Settings saved.")
        return redirect("permissions:me")
    return render(request, "permissions/me.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_POST
def theme(request: Request) -> HttpResponse:
    """Keeps the theme in the browser, and with the person where one is signed in."""
    person = _stored(request) if request.user.is_authenticated else User()
    form = ThemeForm(request.POST, instance=person)
    if not form.is_valid():
        return HttpResponseBadRequest("There is no such theme; choose system, light or dark.")
    if person.pk:
        person.save(update_fields=["theme"])
    response = HttpResponse(status=204) if request.htmx else HttpResponseRedirect(_back(request))
    response.set_cookie(
        COOKIE, person.theme, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
    return response


def _stored(request: HttpRequest) -> User:
    """A copy of the person, so that a form that is refused does not change what the page's frame shows."""
    return get_object_or_404(User, username=request.user.get_username())


def _back(request: HttpRequest) -> str:
    """The page the form stood on, if it is one of ours."""
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else "/"
