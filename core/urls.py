from django.urls import path

from core import views

app_name = "core"
urlpatterns = [
    path("palette/", views.palette, name="palette"),
    path("ui/", views.patterns, name="patterns"),
]
