"""What is done in the administration of Django, on record as everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model

from permissions.audit.reads import person
from permissions.audit.recording import record

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class Recorded(admin.ModelAdmin):  # type: ignore[type-arg]
    """Records what its forms add and change, and what is deleted, in the transaction that does it."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Django asks for this once all is saved, and before it commits."""
        thing = getattr(form, "instance", None) or form.user  # the form of a password has no instance
        names = [name for name in form.changed_data if name in form.fields or name == "password"]
        if add:
            record("admin.added", actor=person(request.user), thing=thing, after=_values(names, form.cleaned_data))
        elif names:
            shown = [name for name in names if name in form.fields]
            initial = {name: form.get_initial_for_field(form.fields[name], name) for name in shown}
            before, after = _values(initial, initial), _values(names, form.cleaned_data)
            record("admin.changed", actor=person(request.user), thing=thing, before=before, after=after)
        return super().construct_change_message(request, form, formsets, add)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """Django asks for this before it deletes, for one as for many."""
        for thing in queryset:
            record("admin.removed", actor=person(request.user), thing=thing)
        return super().log_deletions(request, queryset)


def _values(names: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Models by their name and key on both sides, and nothing of a password."""
    return {name: "(not kept)" if "password" in name else _told(values.get(name)) for name in names}


def _told(value: Any) -> Any:
    if isinstance(value, Model) or not hasattr(value, "__iter__") or isinstance(value, str | bytes | dict):
        return value.pk if isinstance(value, Model) else value
    return sorted(str(one) for one in value)
