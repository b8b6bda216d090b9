from django.urls import path

from lineage import views

app_name = "lineage"
urlpatterns = [
    path("datasets/<int:pk>/lineage/", views.panel, name="panel"),
]
