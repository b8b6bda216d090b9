"""Several people or teams in a form: those chosen as ticked boxes, and a field to type another."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from permissions.models import Team, User

MOST = 500


class NamesWidget(forms.MultipleHiddenInput):
    """Every value of that name, however it is given: boxes, and text with commas between."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        given = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        parts = (part.strip() for value in given for part in value.split(","))
        return list(dict.fromkeys(part for part in parts if part))


class NamesField(forms.Field):
    """Rows of a model by their short names, in any case. Its value is the list of the rows."""

    widget = NamesWidget
    model: type[models.Model]
    column: str
    kind: str

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        names = list(value or [])
        if len(names) > MOST:
            raise forms.ValidationError(f"At most {MOST} can be named; a team holds more.")
        found, unknown = self.find(names)
        if unknown:
            raise forms.ValidationError(f"There is no {self.kind} called {', '.join(unknown)}.")
        return found

    def find(self, names: list[str]) -> tuple[list[Any], list[str]]:
        """Return the rows so called, in that order, and the names that nothing has."""
        wanted = [name.lower() for name in names]
        rows = self.rows().annotate(folded=Lower(self.column)).filter(folded__in=wanted)
        by_name = {getattr(row, "folded"): row for row in rows}  # noqa: B009
        return [by_name[one] for one in wanted if one in by_name], [
            name for name in names if name.lower() not in by_name
        ]

    def rows(self) -> models.QuerySet[Any]:
        return self.model._default_manager.all()

    def suggest(self, typed: str, limit: int = 8) -> list[Any]:
        """Return rows whose names hold what was typed."""
        raise NotImplementedError


class PeopleField(NamesField):
    model, column, kind = User, "username", "person"

    def suggest(self, typed: str, limit: int = 8) -> list[Any]:
        found = User.objects.filter(is_active=True)
        for word in typed.split():
            found = found.filter(
                Q(username__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word)
            )
        return list(found.order_by("first_name", "last_name", "pk")[:limit])


class TeamsField(NamesField):
    model, column, kind = Team, "slug", "team"

    def suggest(self, typed: str, limit: int = 8) -> list[Any]:
        return list(Team.objects.filter(Q(name__icontains=typed) | Q(slug__icontains=typed)).order_by("name")[:limit])
