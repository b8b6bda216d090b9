"""People's pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from permissions.models import User
from permissions.roles import is_administrator


@require_GET
def person(request: HttpRequest, username: str) -> HttpResponse:
    """Who somebody is: name, job title, teams."""
    shown = get_object_or_404(
        User.objects.select_related("answered_by").prefetch_related("teams"), username__iexact=username
    )
    context = {"person": shown, "administers": is_administrator(request.user)}
    return render(request, "permissions/person.html", context)
