"""The catalog's words in the administration. Datasets are kept on their own pages, where permissions hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin

from catalog.labels import refresh_dataset_labels
from catalog.models import Classification, DataProduct, Domain, Source, Tag
from permissions.audit.admin import Recorded

if TYPE_CHECKING:
    from django.db import models
    from django.http import HttpRequest


class NamedAdmin(Recorded):
    """Its slug is part of labels and addresses: given once, never changed."""

    list_display: tuple[str, ...] = ("name", "slug")
    search_fields = ("name", "slug")
    prepopulated_fields: ClassVar[dict[str, Any]] = {"slug": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: models.Model | None = None) -> dict[str, Any]:
        return {} if obj else self.prepopulated_fields

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """What rules may name stays: deleting it would open what they close."""
        return False


@admin.register(Domain)
class DomainAdmin(NamedAdmin):
    list_display = ("name", "slug", "parent", "steward")
    list_select_related = ("parent", "steward")
    raw_id_fields = ("steward",)


@admin.register(DataProduct)
class DataProductAdmin(NamedAdmin):
    list_display = ("name", "slug", "domain", "owner")
    list_select_related = ("domain", "owner")
    raw_id_fields = ("owner",)


@admin.register(Tag)
class TagAdmin(NamedAdmin):
    pass


@admin.register(Classification)
class ClassificationAdmin(NamedAdmin):
    prepopulated_fields: ClassVar[dict[str, Any]] = {}


@admin.register(Source)
class SourceAdmin(Recorded):
    """Who answers for a source and which domain it belongs to; how it is reached is set on its own page."""

    list_display = ("name", "slug", "kind", "domain", "owner", "retired_at")
    list_select_related = ("domain", "owner")
    fields = ("name", "slug", "kind", "description", "domain", "owner", "samples", "vanish_percent", "retired_at")
    readonly_fields = ("slug", "kind")
    raw_id_fields = ("owner",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Source | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "domain" in form.changed_data:
            refresh_dataset_labels("d.source_id = %s", [obj.pk])
