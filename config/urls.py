"""Every address of the site; each app owns the addresses below its own prefix."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path

from core.api.views import NothingView


def nothing(request: HttpRequest) -> HttpResponse:
    raise Http404("There is nothing at this address.")


urlpatterns = [
    path("admin/", admin.site.urls),
    path("scim/v2/", include("permissions.scim.urls")),
    path("api/v1/", include("config.api")),
    re_path("^api(/.*)?$", NothingView.as_view()),
    re_path("^accounts/(?:3rdparty|social|2fa)/", nothing),  # the provider's accounts are linked by our own rules only
    path("accounts/", include("allauth.urls")),
    path("me/second-factor/", include("allauth.mfa.urls")),
    path("", include("core.urls")),
    path("", include("catalog.urls")),
    path("", include("definitions.urls")),
    path("", include("lineage.urls")),
    path("", include("definitions.states_urls")),
    path("", include("feedback.urls")),
    path("", include("harvest.urls")),
    path("", include("permissions.urls")),
    path("", include("notifications.urls")),
    path("", include("demo.urls")),
]

handler400 = "core.api.handlers.bad_request"
handler403 = "core.api.handlers.permission_denied"
handler404 = "core.api.handlers.not_found"
handler500 = "core.api.handlers.server_error"
