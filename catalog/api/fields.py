"""The fields of a dataset."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.closed import ClosedFields, closed_fields_of
from catalog.models import Dataset, Field, FieldClassification, FieldProfile
from catalog.querysets import FieldQuerySet
from catalog.types import TYPES
from catalog.values_shown import note_values_of
from core.api.lists import answer, page_of, read_page
from core.api.query import ListQuery, many, many_of, text
from core.api.views import ApiView
from permissions.api import RestrictionSerializer, reader
from permissions.explain import Explanation
from permissions.gate import find, may
from permissions.levels import Level
from permissions.models import OptOutRule, User


class FieldClassificationSerializer(serializers.ModelSerializer[FieldClassification]):
    """A classification of a field; a suggestion counts until somebody rejects it."""

    slug = serializers.CharField(source="classification.slug")
    name = serializers.CharField(source="classification.name")

    class Meta:
        model = FieldClassification
        fields = ("slug", "name", "state", "origin", "confidence")


class ProfileSerializer(serializers.Serializer[Any]):
    """What a look at the values gave; everything but `nulls` and `rows_read` is null where values are closed to you."""

    rows_read = serializers.IntegerField()
    nulls = serializers.IntegerField()
    masked = serializers.BooleanField(help_text="A rule keeps the values from you.")
    distinct = serializers.IntegerField(allow_null=True)
    minimum = serializers.CharField(allow_null=True)
    maximum = serializers.CharField(allow_null=True)
    frequent = serializers.ListField(allow_null=True, help_text="[value, rows] pairs, most frequent first.")


class FieldSerializer(serializers.Serializer[Any]):
    """A field; of one that is closed to you, what names it."""

    path = serializers.CharField(help_text="The names of the fields around it and its own, joined by dots.")
    parent_path = serializers.CharField(help_text="The field around it; empty at the top.")
    name = serializers.CharField()
    position = serializers.IntegerField()
    restricted = RestrictionSerializer(allow_null=True, help_text="What is closed to you; null where nothing is.")
    type = serializers.ChoiceField(choices=sorted(TYPES), required=False)
    native_type = serializers.CharField(required=False, help_text="Empty where it names a field that is closed to you.")
    nullable = serializers.BooleanField(required=False)
    key_position = serializers.IntegerField(required=False, allow_null=True, help_text="In the primary key, from 1.")
    unique = serializers.BooleanField(required=False)
    description = serializers.CharField(required=False)
    default = serializers.CharField(
        required=False, help_text="Empty where it could tell of a field that is closed to you."
    )
    generated = serializers.CharField(
        required=False, help_text="Empty where it could tell of a field that is closed to you."
    )
    classifications = FieldClassificationSerializer(many=True, required=False)
    profile = ProfileSerializer(required=False, allow_null=True, help_text="Null where no values were looked at.")

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        """Only what is given: what a rule closes is left out, and not told as null."""
        return {name: value for name, value in super().to_representation(instance).items() if name in instance}


class FieldQuery(ListQuery):
    name = text("How the name begins, in any case.")
    parent = text("Path of the field around it; “.” for the top.", max_length=2_000)  # type: ignore[assignment]
    type = many_of(sorted(TYPES), "Type.")
    classification = many("Short name of a classification, as `pii` or `pii.contact`.")


class FieldsView(ApiView):
    """The fields of one dataset."""

    query = FieldQuery

    @extend_schema(operation_id="fields", tags=["datasets"], responses=page_of(FieldSerializer))
    def get(self, request: Request, pk: int) -> Response:
        """Fields that you may know of, in their order; nested ones follow the one around them."""
        person = reader(request)
        dataset = find(Dataset.objects.all(), person, pk=pk)
        closed = closed_fields_of(person, dataset)
        live = FieldClassification.objects.filter(state__in=FieldClassification.COUNTING)
        marks = live.select_related("classification").order_by("classification__slug")
        fields = _narrowed(_known(person, dataset, closed), closed, self.wanted).prefetch_related(
            Prefetch("classified", marks, to_attr="live")
        )
        page = read_page(fields, self.wanted, order=("position", "pk"))
        return answer(request, page, _told(person, dataset, closed, page.items))


def _known(person: User, dataset: Dataset, closed: ClosedFields) -> FieldQuerySet:
    """The fields that the person may know of: none that is hidden, or inside one that is."""
    fields: FieldQuerySet = dataset.fields.visible_to(person).present()
    if not closed.any_hidden():
        return fields
    return fields.exclude(pk__in=[pk for pk, path in fields.values_list("pk", "path") if closed.hides(path)])


def _narrowed(fields: FieldQuerySet, closed: ClosedFields, wanted: dict[str, Any]) -> FieldQuerySet:
    if name := wanted.get("name"):
        fields = fields.filter(name__istartswith=name)
    if parent := wanted.get("parent"):
        fields = fields.filter(parent_path="" if parent == "." else parent)
    asked = [name for name in ("type", "classification") if wanted.get(name)]
    if asked and closed.by_level:  # what they are is not told of closed fields, so it does not find them
        fields = fields.exclude(pk__in=[pk for pk, path in fields.values_list("pk", "path") if closed.closes(path)])
    if types := wanted.get("type"):
        fields = fields.filter(type__in=types)
    if classes := wanted.get("classification"):
        fields = fields.filter(labels__overlap=[f"class:{slug}" for slug in classes])
    return fields


class _Context(NamedTuple):
    """What is told of every field of a dataset."""

    closed: ClosedFields
    rules: dict[int, OptOutRule]
    profiles: dict[str, FieldProfile]
    sampleable: bool


def _told(person: User, dataset: Dataset, closed: ClosedFields, fields: list[Field]) -> list[Any]:
    paths = [field.path for field in fields]
    profiles = FieldProfile.objects.filter(sample=dataset.pk, path__in=paths).select_related("sample")
    context = _Context(
        closed,
        closed.reasons(),
        {profile.path: profile for profile in profiles.defer("sample__rows", "sample__columns")},
        may(dataset, person, Level.SAMPLE),
    )
    told = [FieldSerializer(_members(field, context)).data for field in fields]
    note_values_of(
        person, dataset, [one["path"] for one in told if one.get("profile") and not one["profile"]["masked"]]
    )
    return told


def _members(field: Field, context: _Context) -> dict[str, Any]:
    closed = context.closed
    named = {name: getattr(field, name) for name in ("path", "parent_path", "name", "position")}
    if stopping := closed.stopping(field.path, Level.READ):
        rules = tuple(context.rules[one.rule_id] for one in stopping if one.rule_id in context.rules)
        return named | {"restricted": Explanation(Level.READ, rules)}
    typed = not closed.closes(field.path)
    plain = typed and not closed.any_closed()
    open_ones = ("type", "nullable", "key_position", "unique", "description")
    return named | {name: getattr(field, name) for name in open_ones} | {
        "restricted": None,
        "native_type": field.native_type if typed else "",
        "default": field.default if plain else "",
        "generated": field.generated if plain else "",
        "classifications": getattr(field, "live", []),
        "profile": _profile(context.profiles.get(field.path), field.path, context),
    }  # fmt: skip


def _profile(profile: FieldProfile | None, path: str, context: _Context) -> dict[str, Any] | None:
    if profile is None or not profile.sample.rows_read or context.closed.closes(path):
        return None
    masked = not context.sampleable or bool(context.closed.masking(path))
    values = ("distinct", "minimum", "maximum", "frequent")
    known = {name: None if masked else getattr(profile, name) for name in values}
    return {"rows_read": profile.sample.rows_read, "nulls": profile.nulls, "masked": masked, **known}
