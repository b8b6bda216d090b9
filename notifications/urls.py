from django.urls import path

from notifications import views, views_choices

app_name = "notifications"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/choices/", views_choices.choices, name="choices"),
    path("inbox/mute/", views_choices.mute_view, name="mute"),
    path("unsubscribe/", views_choices.unsubscribe_view, name="unsubscribe"),
    path("inbox/<int:pk>/", views.follow, name="follow"),
]
