"""The catalog's words in the administration. Datasets are kept on their own pages, where permissions hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import admin

from catalog.labels import refresh_dataset_labels
from catalog.models import Classification, DataProduct, Domain, Source, Tag
from catalog.querysets import named_openly
from permissions.audit.admin import Recorded

if TYPE_CHECKING:
    from django.db import models
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from permissions.models import User


class OpenOnly(Recorded):
    """Rules hold here as everywhere: what is closed to the person is not listed, and not offered in forms."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return _open_rows(self.model, request)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model in (Domain, DataProduct, Source):
            kwargs["queryset"] = _open_rows(db_field.related_model, request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _open_rows(model: type[models.Model], request: HttpRequest) -> QuerySet[Any]:
    rows: Any = model._default_manager.all()
    if prefix := {Tag: "tag", Classification: "class"}.get(model):
        return cast("QuerySet[Any]", rows.filter(named_openly(cast("User", request.user), prefix, "slug")))
    return cast("QuerySet[Any]", rows.visible_to(request.user))


class NamedAdmin(OpenOnly):
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
class SourceAdmin(OpenOnly):
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
