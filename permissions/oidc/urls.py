from django.urls import path

from permissions.oidc import views

urlpatterns = [
    path("oidc/<slug:provider_id>/login/", views.login, name="oidc_login"),
    path("oidc/<slug:provider_id>/login/callback/", views.callback, name="oidc_callback"),
    path("oidc/<slug:provider_id>/backchannel-logout/", views.backchannel_logout, name="oidc_backchannel_logout"),
]
