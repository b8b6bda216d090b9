"""All that one person may know of one dataset: what the tabs of its page tell."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from catalog.api.parts import DatasetRefSerializer, DomainRefSerializer, IdentitySerializer, TagRefSerializer
from catalog.closed import ClosedFields, closed_fields_of
from catalog.curation.conflicts import version_of
from catalog.curation.kinds import KINDS
from catalog.definition import may_read_definition
from catalog.models import Classification, DataProduct, Dataset
from catalog.protocol.evaluating import examine, names
from catalog.querysets import DatasetQuerySet
from catalog.relationships import keys_of, relationships
from catalog.schema_rows import count_fields
from permissions.api import PersonSerializer
from permissions.gate import may
from permissions.levels import Level
from permissions.models import User


class ProductRefSerializer(serializers.ModelSerializer[DataProduct]):
    class Meta:
        model = DataProduct
        fields = ("slug", "name")


class ClassificationRefSerializer(serializers.ModelSerializer[Classification]):
    class Meta:
        model = Classification
        fields = ("slug", "name")


class RelationshipSerializer(serializers.Serializer[Any]):
    """Fields of this dataset that name the same thing as fields of another; `other_fields` is empty where closed."""

    other = DatasetRefSerializer()
    own_fields = serializers.ListField(child=serializers.CharField(), source="fields")
    other_fields = serializers.ListField(child=serializers.CharField())


class CompletenessSerializer(serializers.Serializer[Any]):
    """Facts that a dataset must have, and those of them that are missing, by their names."""

    asked = serializers.ListField(child=serializers.CharField())
    missing = serializers.ListField(child=serializers.CharField())


class DatasetDetailSerializer(IdentitySerializer):
    """A dataset that you may read."""

    description = serializers.CharField(help_text="A person's text, or else the source's; Markdown.")
    description_by = PersonSerializer(source="described_by", allow_null=True, help_text="Null for the source's text.")
    domain = DomainRefSerializer(allow_null=True)
    product = ProductRefSerializer(allow_null=True)
    owner = PersonSerializer(allow_null=True)
    steward = PersonSerializer(allow_null=True)
    responsible = PersonSerializer(allow_null=True, help_text="Whom to ask.")
    certified_by = PersonSerializer(allow_null=True)
    tags = TagRefSerializer(many=True)
    classifications = ClassificationRefSerializer(many=True)
    successor = DatasetRefSerializer(allow_null=True, help_text="What to use instead.")
    links = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), help_text="Pairs of title and address."
    )
    version = serializers.IntegerField(help_text="Of what people say of it: give it when you write.")
    partition_key = serializers.CharField(help_text="Empty where it could tell of a field that is closed to you.")
    sort_key = serializers.CharField(help_text="Empty where it could tell of a field that is closed to you.")
    field_count = serializers.IntegerField(help_text="Fields that you may know of.")
    primary_key = serializers.ListField(child=serializers.CharField())
    references = RelationshipSerializer(many=True, help_text="What its foreign keys point at.")
    referenced_by = RelationshipSerializer(many=True, help_text="Whose foreign keys point at it; at most 100.")
    completeness = CompletenessSerializer(help_text="Of the facts that the metadata protocol asks for.")
    definition = serializers.CharField(help_text="The SQL of a view; empty where it could name what is closed to you.")
    may_sample = serializers.BooleanField(help_text="Whether you may see its values.")
    fields_url = serializers.URLField()
    versions_url = serializers.URLField()
    page_url = serializers.URLField(help_text="For people.")

    class Meta(IdentitySerializer.Meta):
        fields = (
            *IdentitySerializer.Meta.fields, "description", "description_by", "grain", "domain", "product", "owner",
            "steward", "responsible", "motion", "nature", "delivery", "stage", "lifecycle", "deprecation_note",
            "successor", "readme", "service", "links", "licence", "retention", "retire_on", "version", "certified_at",
            "certified_by", "certification_note", "certified_until", "tags", "classifications", "row_estimate",
            "size_bytes", "partition_key", "sort_key", "primary_key", "references", "referenced_by", "definition",
            "completeness", "field_count", "may_sample", "popularity", "source_created_at", "source_modified_at",
            "first_seen_at", "last_seen_at", "archived_at", "profiled_at", "fields_url", "versions_url", "page_url",
        )  # fmt: skip


def details() -> DatasetQuerySet:
    """Datasets with all that their detail holds."""
    people = ("described_by", "certified_by", "source__owner")
    return Dataset.objects.with_context().select_related(*people).prefetch_related("tags", "classifications")


class Told:
    """A dataset as one person may know it: `known` goes before its own attributes."""

    def __init__(self, dataset: Dataset, known: dict[str, Any]) -> None:
        self._dataset, self._known = dataset, known

    def __getattr__(self, name: str) -> Any:
        return self._known[name] if name in self._known else getattr(self._dataset, name)


def detail_of(person: User, dataset: Dataset, request: Request) -> dict[str, Any]:
    """Return what `person` may know of a dataset that they may read."""
    closed, domain = closed_fields_of(person, dataset), dataset.domain_known_to(person)
    examined = examine(dataset)
    known = {
        "version": version_of(KINDS["dataset"], dataset.pk),
        "domain": domain,
        "product": dataset.product if domain else None,
        "field_count": count_fields(person, dataset, closed),
        "completeness": {"asked": names(examined.asked), "missing": names(examined.missing)},
        "may_sample": may(dataset, person, Level.SAMPLE),
        "successor": Dataset.objects.visible_to(person).filter(predecessors=dataset).first(),
        "definition": dataset.sql if dataset.sql and may_read_definition(person, dataset, closed) else "",
        **_structure(person, dataset, closed),
        **_links(dataset, request),
    }
    if closed.any_closed():
        known |= {"partition_key": "", "sort_key": ""}
    return dict(DatasetDetailSerializer(Told(dataset, known), context={"closed": {}}).data)  # type: ignore[arg-type]


def _structure(person: User, dataset: Dataset, closed: ClosedFields) -> dict[str, Any]:
    constraints = list(dataset.constraints.all())
    return {
        "primary_key": keys_of(constraints, closed).primary,
        **relationships(person, dataset, constraints, closed)._asdict(),
    }


def _links(dataset: Dataset, request: Request) -> dict[str, str]:
    paths = {
        "fields_url": reverse("api:fields", args=[dataset.pk]),
        "versions_url": reverse("api:versions", args=[dataset.pk]),
        "page_url": dataset.get_absolute_url(),
    }
    return {name: request.build_absolute_uri(path) for name, path in paths.items()}
