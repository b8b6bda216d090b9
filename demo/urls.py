from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [
    path("tour/", views.tour, name="tour"),
    path("tour/again/", views.again, name="tour_again"),
    path("tour/hint/", views.hint, name="tour_hint"),
    path("tour/hint/hide/", views.hide_hint, name="tour_hint_hide"),
    path("tour/stops/<slug:slug>/", views.stop, name="tour_stop"),
]
