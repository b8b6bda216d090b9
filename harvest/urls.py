from django.urls import path

from harvest.views import actions, edit, runs, sources, wizard

app_name = "harvest"
urlpatterns = [
    path("sources/", sources.sources, name="sources"),
    path("sources/new/", wizard.kind, name="source_new"),
    path("sources/new/connection/", wizard.connection, name="source_new_connection"),
    path("sources/new/test/", wizard.test, name="source_new_test"),
    path("sources/new/scope/", wizard.scope, name="source_new_scope"),
    path("sources/new/scope/preview/", wizard.preview, name="source_new_preview"),
    path("sources/new/details/", wizard.details, name="source_new_details"),
    path("sources/new/forget/", wizard.forget, name="source_new_forget"),
    path("sources/new/cron/", edit.cron, name="cron"),
    path("sources/<slug:slug>/", sources.source, name="source"),
    path("sources/<slug:slug>/edit/", edit.edit, name="source_edit"),
    path("sources/<slug:slug>/edit/preview/", edit.preview, name="source_preview"),
    path("sources/<slug:slug>/schedule/", edit.schedule, name="source_schedule"),
    path("sources/<slug:slug>/harvest/", actions.harvest, name="source_harvest"),
    path("sources/<slug:slug>/retire/", actions.retire, name="source_retire"),
    path("sources/<slug:slug>/restore/", actions.restore, name="source_restore"),
    path("sources/<slug:slug>/discard/", actions.discard, name="source_discard"),
    path("renames/<int:pk>/accept/", actions.accept, name="rename_accept"),
    path("renames/<int:pk>/reject/", actions.reject, name="rename_reject"),
    path("runs/<int:pk>/", runs.run, name="run"),
    path("runs/<int:pk>/cancel/", runs.cancel, name="run_cancel"),
    path("runs/<int:pk>/confirm/", runs.confirm, name="run_confirm"),
]
