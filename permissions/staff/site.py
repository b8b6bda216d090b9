"""Django's administration, open in staff mode only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from permissions.roles import is_administrator

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class StaffSite(admin.AdminSite):
    site_header = site_title = "Concord administration"
    index_title = "What has no page of its own"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One sign-in for all of the site; administrators are led to staff mode, others are refused."""
        if is_administrator(request.user) and not request.user.is_staff:
            target = request.GET.get("next", reverse("admin:index"))
            return redirect(f"{reverse('permissions:staff')}?{urlencode({'next': target})}")
        sign_in: Any = secure_admin_login(super().login)
        answer: HttpResponse = sign_in(request, extra_context)
        return answer
