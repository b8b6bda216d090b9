from django.urls import path

from permissions.views import demo, me, people, service_accounts, tokens, welcome

app_name = "permissions"
urlpatterns = [
    path("welcome/", welcome.welcome, name="welcome"),
    path("me/", me.me, name="me"),
    path("me/theme/", me.theme, name="theme"),
    path("me/tokens/", tokens.tokens, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
    path("people/<str:username>/", people.person, name="person"),
    path("service-accounts/", service_accounts.service_accounts, name="service_accounts"),
    path("service-accounts/new/", service_accounts.new_service_account, name="service_account_new"),
    path("service-accounts/of/<str:username>/", service_accounts.service_account, name="service_account"),
    path("service-accounts/of/<str:username>/change/", service_accounts.change, name="service_account_change"),
    path("demo/sign-in/", demo.demo_sign_in, name="demo_sign_in"),
]
