"""Sources over REST: what there is, and what its manager may change of one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.parts import DomainRefSerializer, restriction
from catalog.models import Domain, Source
from core.api.bodies import Body
from core.api.etags import IF_MATCH, require_match, tag_of
from core.api.lists import answer, page_of, read_page
from core.api.problems import Problem
from core.api.query import ListQuery, flag, many, text
from core.api.views import ApiView
from harvest import services
from harvest.api.opening import managed_source, opened_source
from harvest.connectors.base import ConnectorConfig
from harvest.connectors.dbt.config import DbtConfig
from harvest.duties import may_register
from harvest.models import Run
from harvest.overview import SourceLine, lines_of
from harvest.schedules import parse_cron
from permissions.api import PersonSerializer, RestrictionSerializer, reader
from permissions.explain import explain_each
from permissions.levels import Level
from permissions.models import Token, User

LONGEST_DESCRIPTION = 10_000


class LastRunSerializer(serializers.ModelSerializer[Run]):
    class Meta:
        model = Run
        fields = ("id", "state", "dry", "created_at", "finished_at")


class SourceSerializer(serializers.ModelSerializer[Source]):
    """A source; of one that is closed to you, what names it."""

    restricted = RestrictionSerializer(allow_null=True, help_text="What is closed to you; null where nothing is.")
    description = serializers.CharField(required=False)
    version = serializers.CharField(required=False, help_text="What was reached.")
    location = serializers.CharField(required=False, help_text="Where it is.")
    domain = DomainRefSerializer(required=False, allow_null=True)
    owner = PersonSerializer(required=False, allow_null=True)
    schedule = serializers.CharField(required=False, help_text="When it is harvested: a cron line in UTC, or empty.")
    next_harvest_at = serializers.DateTimeField(required=False, allow_null=True)
    last_run = LastRunSerializer(required=False, allow_null=True)
    dataset_count = serializers.IntegerField(required=False, help_text="Datasets that you may know of.")

    class Meta:
        model = Source
        fields = (
            "slug", "name", "kind", "restricted", "description", "version", "location", "domain", "owner", "schedule",
            "next_harvest_at", "last_run", "dataset_count", "created_at", "retired_at",
        )  # fmt: skip
        extra_kwargs = {"created_at": {"required": False}, "retired_at": {"required": False}}


class SourceChangeSerializer(Body):
    """What changes; what is left out stays."""

    description = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_DESCRIPTION)
    schedule = serializers.CharField(
        required=False, allow_blank=True, max_length=100, help_text="A cron line in UTC; empty ends the schedule."
    )

    def validate_schedule(self, line: str) -> str:
        if line.strip():
            parse_cron(line)
        return line


class NewSourceSerializer(Body):
    """A source that programs fill: nobody connects to it."""

    name = serializers.CharField(max_length=120, help_text="As people call it.")
    kind = serializers.ChoiceField(choices=["push", "dbt"], help_text="`push`: facts; `dbt`: artifacts are uploaded.")
    description = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_DESCRIPTION)
    told = serializers.CharField(
        required=False, allow_blank=True, max_length=1000,
        help_text="For `dbt`: short names of the sources that hold the tables that it builds, with commas between.",
    )  # fmt: skip


class SourceQuery(ListQuery):
    kind = many("The connector's key, as `postgres`.")
    domain = many("Short name of its domain.")
    owner = many("Username of the owner.")
    retired = flag("Harvested no more, or still in use; both when not given.")
    name = text("How the name begins, in any case.")


class SourcesView(ApiView):
    """The list of sources."""

    query = SourceQuery
    write_scope = Token.Scope.HARVEST

    @extend_schema(operation_id="sources", tags=["sources"], responses=page_of(SourceSerializer))
    def get(self, request: Request) -> Response:
        """Sources that you may know of, by name."""
        person, wanted = reader(request), self.wanted
        lookups = {"kind": "kind__in", "owner": "owner__username__in",
                   "name": "name__istartswith"}  # fmt: skip
        sources = Source.objects.visible_to(person).select_related("owner", "domain")
        sources = sources.filter(**{lookup: wanted[name] for name, lookup in lookups.items() if wanted.get(name)})
        if domains := wanted.get("domain"):
            sources = sources.filter(domain__in=Domain.objects.visible_to(person).filter(slug__in=domains))
        if "retired" in wanted:
            sources = sources.filter(retired_at__isnull=not wanted["retired"])
        page = read_page(sources, wanted, order=("name", "pk"))
        return answer(request, page, _told(person, page.items))

    @extend_schema(
        operation_id="new_source", tags=["sources"], request=NewSourceSerializer, responses={201: SourceSerializer},
        examples=[OpenApiExample("Filled by a program", {"name": "Portal", "kind": "push"}, request_only=True)],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Register a source that programs fill; its short name is in the answer."""
        person, wish = reader(request), NewSourceSerializer.read(request)
        if not may_register(person):
            raise PermissionDenied("Only data engineers and administrators connect sources. Ask one of them to.")
        config = DbtConfig(told=wish.get("told", "")) if wish["kind"] == "dbt" else ConnectorConfig()
        source = services.register_source(
            actor=person, name=wish["name"], kind=wish["kind"], config=config, description=wish.get("description", ""),
            samples=False,
        )  # fmt: skip
        told = _told(person, [opened_source(person, source.slug)])[0]
        return Response(told, status=HTTPStatus.CREATED)


class SourceView(ApiView):
    """One source."""

    @extend_schema(operation_id="source", tags=["sources"], responses=SourceSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """What you may know of a source."""
        person = reader(request)
        return Response(_told(person, [opened_source(person, slug)])[0])

    @extend_schema(
        operation_id="change_source", tags=["sources"], request=SourceChangeSerializer, parameters=[IF_MATCH],
        responses={200: SourceSerializer, **{code: OpenApiResponse() for code in (409, 412, 428)}},
        examples=[OpenApiExample("Every night", {"schedule": "0 3 * * *"}, request_only=True)],
    )  # fmt: skip
    @transaction.atomic
    def patch(self, request: Request, slug: str) -> Response:
        """Change the description or the schedule of a source, in the state that you have read."""
        person = reader(request)
        source = managed_source(person, slug)
        wish = SourceChangeSerializer.read(request)
        Source.objects.select_for_update().get(pk=source.pk)  # whoever else changes it waits
        require_match(request, _told(person, [opened_source(person, slug)])[0])
        _change(person, source, wish)
        changed = _told(person, [opened_source(person, slug)])[0]
        return Response(changed, headers={"ETag": tag_of(changed)})


def _change(person: User, source: Source, values: dict[str, Any]) -> None:
    if source.retired_at:
        raise Problem(HTTPStatus.CONFLICT, f"{source} is retired. Bring it back before changing it.")
    if "schedule" in values:
        values["cron"] = values.pop("schedule")
    source.refresh_from_db()
    services.update_source(source=source, actor=person, **values)


def _told(person: User, sources: list[Source]) -> list[dict[str, Any]]:
    closed = explain_each(person, sources, Level.READ)
    names = ("slug", "name", "kind")
    return [
        _members(line, person)
        if line.readable
        else {name: getattr(line.source, name) for name in names} | {"restricted": restriction(closed[line.source.pk])}
        for line in lines_of(sources, person)
    ]


def _members(line: SourceLine, person: User) -> dict[str, Any]:
    source = line.source
    own = ("slug", "name", "kind", "description", "version", "owner", "created_at", "retired_at")
    told = {
        "restricted": None,
        "domain": source.domain if source.domain and source.domain.known_to(person) else None,
        "location": line.location,
        "schedule": line.timetable.cron if line.timetable else "",
        "next_harvest_at": line.timetable.due if line.timetable else None,
        "last_run": line.run,
        "dataset_count": line.datasets,
    }
    return dict(SourceSerializer({name: getattr(source, name) for name in own} | told).data)  # type: ignore[arg-type]
