"""Addresses of workflows and of what was counted."""

from django.urls import path

from definitions.views import measured, workflows

app_name = "states"
urlpatterns = [
    path("workflows/", workflows.workflows, name="workflows"),
    path("workflows/new/", workflows.edit, name="workflow_new"),
    path("workflows/try/", measured.try_it, name="try"),
    path("workflows/<slug:slug>/", workflows.workflow, name="workflow"),
    path("workflows/<slug:slug>/edit/", workflows.edit, name="workflow_edit"),
    path("definitions/<slug:slug>/counted/", measured.measured, name="measured"),
    path("definitions/<slug:slug>/counted/<int:left>-<int:right>/", measured.differences, name="disagreeing"),
]
