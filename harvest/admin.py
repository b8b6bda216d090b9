"""Runs in the administration: when, how long, how they ended; what they found is on their own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from harvest.models import Run

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from permissions.models import User


@admin.register(Run)
class RunAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A log to look at: runs are started, stopped and confirmed on their pages."""

    list_display = ("id", "source", "state", "phase", "trigger", "dry", "created_at", "duration")
    list_filter = ("state", "trigger", "dry")
    list_select_related = ("source",)
    date_hierarchy = "created_at"
    fields = ("source", "state", "phase", "trigger", "requested_by", "dry", "confirmed", "cancel_requested", "attempts",
              "created_at", "started_at", "heartbeat_at", "facts_done_at", "finished_at", "failed_part")  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        viewer: User = request.user  # type: ignore[assignment]
        return Run.objects.readable_by(viewer).defer("diff").order_by("-created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Run | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Run | None = None) -> bool:
        return False
