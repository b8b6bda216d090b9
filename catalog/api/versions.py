"""The versions of a dataset's schema, and what changed between any two of them."""

from __future__ import annotations

from typing import Any, get_args

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.closed import ClosedFields, closed_fields_of
from catalog.models import Dataset, SchemaVersion
from catalog.news import SchemaNews, as_news, visible_changes
from catalog.schema_diff import FieldState, Impact, Kind, classify, diff
from core.api.lists import answer, page_of, read_page
from core.api.query import ListQuery, Query
from core.api.views import ApiView
from permissions.api import reader
from permissions.gate import find

MOST = 2_000_000_000
CHANGE_KINDS = [(kind, kind) for kind in get_args(Kind)]


class ChangeSerializer(serializers.Serializer[Any]):
    """One change of a schema."""

    kind = serializers.ChoiceField(choices=CHANGE_KINDS)
    path = serializers.CharField(help_text="The field as it is called now; of a removed one, as it was.")
    before = serializers.CharField()
    after = serializers.CharField()
    breaking = serializers.BooleanField()
    message = serializers.CharField()
    confidence = serializers.FloatField(allow_null=True, help_text="Of a guess, 0 to 1; null where it is certain.")


class VersionSerializer(serializers.Serializer[Any]):
    """A version of a schema, and the changes since the one before that you may know of."""

    number = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    impact = serializers.ChoiceField(choices=get_args(Impact))
    changes = ChangeSerializer(many=True)


class StateSerializer(serializers.Serializer[Any]):
    """A field as a version had it; of one that is closed to you, its path."""

    path = serializers.CharField()
    restricted = serializers.BooleanField()
    type = serializers.CharField(required=False)
    native_type = serializers.CharField(required=False)
    nullable = serializers.BooleanField(required=False)
    key = serializers.BooleanField(required=False, help_text="Part of the primary key.")


class VersionDetailSerializer(VersionSerializer):
    """A version with its fields, and the changes since another."""

    since = serializers.IntegerField(allow_null=True, help_text="The version that `changes` begin at.")
    states = StateSerializer(many=True, help_text="The fields, in their order.")


class VersionsView(ApiView):
    """The versions of one schema."""

    query = ListQuery

    @extend_schema(operation_id="versions", tags=["datasets"], responses=page_of(VersionSerializer))
    def get(self, request: Request, pk: int) -> Response:
        """Versions, the latest first, without those that changed nothing you may know of.

        These are left out page by page, so that a page may hold fewer than `limit`.
        """
        dataset, closed = _opened(request, pk)
        versions = SchemaVersion.objects.filter(dataset=dataset).defer("fields")
        page = read_page(versions, self.wanted, order=("-number",))
        news = [as_news(version, closed) for version in page.items]
        return answer(request, page, [_told(one) for one in news if one.changes or one.version.number == 1])


class VersionQuery(Query):
    since = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST, help_text="The version to compare with; else the one before."
    )


class VersionView(ApiView):
    """One version of a schema."""

    query = VersionQuery

    @extend_schema(operation_id="version", tags=["datasets"], responses=VersionDetailSerializer)
    def get(self, request: Request, pk: int, number: int) -> Response:
        """The schema as one version had it, and what changed since the one before, or since any other."""
        dataset, closed = _opened(request, pk)
        version = _version(dataset, number)
        since = self.wanted.get("since")
        news = as_news(version, closed) if since is None else _between(_version(dataset, since), version, closed)
        before = since or (number - 1 or None)
        states = [_state(state, closed) for state in version.states if not closed.hides(state.path)]
        return Response(VersionDetailSerializer({**_members(news), "since": before, "states": states}).data)


def _opened(request: Request, pk: int) -> tuple[Dataset, ClosedFields]:
    person = reader(request)
    dataset = find(Dataset.objects.all(), person, pk=pk)
    return dataset, closed_fields_of(person, dataset)


def _version(dataset: Dataset, number: int) -> SchemaVersion:
    version = dataset.schema_versions.filter(number=number).first()
    if version is None:
        raise Http404(f"This dataset has no version {number}.")
    return version


def _between(old: SchemaVersion, new: SchemaVersion, closed: ClosedFields) -> SchemaNews:
    changes = tuple(visible_changes(diff(old.states, new.states), closed))
    return SchemaNews(new, changes, classify(changes))


def _told(news: SchemaNews) -> dict[str, Any]:
    return dict(VersionSerializer(_members(news)).data)


def _members(news: SchemaNews) -> dict[str, Any]:
    version = news.version
    changes = [change._asdict() for change in news.changes]
    return {"number": version.number, "created_at": version.created_at, "impact": news.impact, "changes": changes}


def _state(state: FieldState, closed: ClosedFields) -> dict[str, Any]:
    if closed.closes(state.path):
        return {"path": state.path, "restricted": True}
    known = {name: getattr(state, name) for name in ("type", "native_type", "nullable", "key")}
    return {"path": state.path, "restricted": False, **known}
