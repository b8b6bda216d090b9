"""The first page of a new installation."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from permissions.first_run import AlreadySetUp, create_first_administrator, may_set_up_here
from permissions.forms.first_run import FirstAdministratorForm
from permissions.models import User


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Makes the first administrator, or tells how to; home once there is one."""
    if User.objects.exists():
        return redirect("/")
    if not may_set_up_here(request):
        return render(request, "permissions/welcome_by_command.html")
    form = FirstAdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _set_up(request, form)
    return render(request, "permissions/welcome.html", {"form": form}, status=422 if form.errors else 200)


def _set_up(request: HttpRequest, form: FirstAdministratorForm) -> HttpResponse:
    try:
        person = create_first_administrator(form)
    except AlreadySetUp:
        return redirect("account_login")
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("/")
