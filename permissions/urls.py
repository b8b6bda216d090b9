from django.urls import path

from permissions.views import demo, me, people, tokens, welcome

app_name = "permissions"
urlpatterns = [
    path("welcome/", welcome.welcome, name="welcome"),
    path("me/", me.me, name="me"),
    path("me/theme/", me.theme, name="theme"),
    path("me/tokens/", tokens.tokens, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
    path("people/<str:username>/", people.person, name="person"),
    path("demo/sign-in/", demo.demo_sign_in, name="demo_sign_in"),
]
