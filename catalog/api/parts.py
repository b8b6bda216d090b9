"""What several answers hold: where a dataset is, what it is called, what is closed of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import Dataset, Domain, Source, Tag
from permissions.api import RestrictionSerializer
from permissions.explain import Explanation, explain_each
from permissions.levels import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from permissions.models import User


class SourceRefSerializer(serializers.ModelSerializer[Source]):
    class Meta:
        model = Source
        fields = ("slug", "name")


class DomainRefSerializer(serializers.ModelSerializer[Domain]):
    class Meta:
        model = Domain
        fields = ("slug", "name")


class TagRefSerializer(serializers.ModelSerializer[Tag]):
    class Meta:
        model = Tag
        fields = ("slug", "name")


class DatasetRefSerializer(serializers.ModelSerializer[Dataset]):
    """A dataset named by another."""

    class Meta:
        model = Dataset
        fields = ("id", "key")


class IdentitySerializer(serializers.ModelSerializer[Dataset]):
    """What names a dataset: all that is told of one that is closed to you."""

    source = SourceRefSerializer()  # type: ignore[assignment]
    container = serializers.CharField(source="container.path", default="", help_text="Its schema or folder.")
    restricted = serializers.SerializerMethodField(help_text="What is closed to you; null where nothing is.")

    class Meta:
        model = Dataset
        fields: tuple[str, ...] = ("id", "key", "name", "title", "kind", "source", "container", "restricted")

    @extend_schema_field(RestrictionSerializer(allow_null=True))
    def get_restricted(self, dataset: Dataset) -> dict[str, Any] | None:
        explanation = self.context["closed"].get(dataset.pk)
        return restriction(explanation) if explanation else None


def restriction(explanation: Explanation) -> dict[str, Any]:
    return dict(RestrictionSerializer(explanation).data)


def told_of(person: User, datasets: Iterable[Dataset]) -> dict[str, Any]:
    """Return the context in which serializers tell of datasets: which are closed to the person at *read*, and why."""
    return {"viewer": person, "closed": explain_each(person, datasets, Level.READ)}
