from django.urls import path, re_path

from permissions.scim import views

app_name = "scim"
urlpatterns = [
    path("ServiceProviderConfig", views.ConfigView.as_view(), name="config"),
    path("ResourceTypes", views.DiscoveryView.as_view(kind="ResourceTypes"), name="resource_types"),
    path("ResourceTypes/<str:name>", views.DiscoveryView.as_view(kind="ResourceTypes"), name="resource_type"),
    path("Schemas", views.DiscoveryView.as_view(kind="Schemas"), name="schemas"),
    path("Schemas/<str:name>", views.DiscoveryView.as_view(kind="Schemas"), name="schema"),
    path("Users", views.ResourcesView.as_view(**views.USERS), name="users"),
    path("Users/<str:pk>", views.ResourceView.as_view(**views.USERS), name="user"),
    path("Groups", views.ResourcesView.as_view(**views.GROUPS), name="groups"),
    path("Groups/<str:pk>", views.ResourceView.as_view(**views.GROUPS), name="group"),
    path(".search", views.SearchView.as_view(), name="search"),
    re_path("^.*$", views.NothingView.as_view()),
]
