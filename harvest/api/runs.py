"""Runs over REST: list them, start one, watch it, stop it, agree to what it asks."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Source
from core.api.bodies import Body, YesNo
from core.api.lists import answer, page_of, read_page
from core.api.problems import Problem
from core.api.query import ListQuery, many, many_of
from core.api.views import ApiView
from harvest import services
from harvest.api.opening import managed_run, managed_source, opened_run
from harvest.models import Run, RunProblem
from harvest.seen import partly_closed, see
from permissions.api import PersonSerializer, reader
from permissions.gate import find
from permissions.levels import Level
from permissions.models import Token

CONFLICT = OpenApiResponse(description="Not in this state.")
NEWEST_FIRST = ("-created_at", "-pk")


class CountersSerializer(serializers.Serializer[Run]):
    """How far it is and what it found."""

    datasets_read = serializers.IntegerField()
    datasets_expected = serializers.IntegerField(allow_null=True, help_text="From the harvest before, as a guide.")
    fields_read = serializers.IntegerField()
    added = serializers.IntegerField()
    changed = serializers.IntegerField()
    archived = serializers.IntegerField()
    restored = serializers.IntegerField()
    profiled = serializers.IntegerField()
    to_profile = serializers.IntegerField()
    problem_count = serializers.IntegerField()


class RunSerializer(serializers.ModelSerializer[Run]):
    """A run in a list."""

    source = serializers.CharField(source="source.slug")  # type: ignore[assignment]
    requested_by = PersonSerializer(allow_null=True)
    message = serializers.SerializerMethodField(help_text="Null where something of the source is closed to you.")
    counters = serializers.SerializerMethodField(help_text="Null where something of the source is hidden from you.")

    class Meta:
        model = Run
        fields: tuple[str, ...] = (
            "id", "source", "state", "phase", "trigger", "requested_by", "dry", "unchanged", "message", "failed_part",
            "created_at", "started_at", "facts_done_at", "finished_at", "counters",
        )  # fmt: skip

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_message(self, run: Run) -> str | None:
        return None if run.source_id in self.context["unquoted"] else run.message

    @extend_schema_field(CountersSerializer(allow_null=True))
    def get_counters(self, run: Run) -> dict[str, Any] | None:
        return None if run.source_id in self.context["blind"] else dict(CountersSerializer(run).data)


class ProblemOfRunSerializer(serializers.ModelSerializer[RunProblem]):
    """An object that could not be read."""

    class Meta:
        model = RunProblem
        fields = ("object", "message", "phase")


class RunDetailSerializer(RunSerializer):
    """A run with what it changed."""

    diff = serializers.SerializerMethodField(help_text="Datasets that you may know of; at most 500 of each kind.")
    problems = serializers.SerializerMethodField(
        help_text="The first 100. Null where something of the source is hidden from you."
    )

    class Meta(RunSerializer.Meta):
        fields = (*RunSerializer.Meta.fields, "diff", "problems")

    @extend_schema_field(serializers.DictField(child=serializers.ListField(child=serializers.DictField())))
    def get_diff(self, run: Run) -> dict[str, list[dict[str, Any]]]:
        return self.context["seen"].diff  # type: ignore[no-any-return]

    @extend_schema_field(ProblemOfRunSerializer(many=True, allow_null=True))
    def get_problems(self, run: Run) -> list[Any] | None:
        problems = self.context["seen"].problems
        return None if problems is None else list(ProblemOfRunSerializer(problems, many=True).data)


class RunQuery(ListQuery):
    state = many_of(Run.State.choices, "How it stands.")


class AllRunsQuery(RunQuery):
    source = many("Short name of a source.")  # type: ignore[assignment]


class StartSerializer(Body):
    """How to harvest."""

    dry = YesNo(default=False, help_text="Tell what would change, and change nothing.")


def run_detail(request: Request, pk: int) -> dict[str, Any]:
    person = reader(request)
    run = opened_run(person, pk)
    seen = see(run, person)
    context = {
        "seen": seen,
        "blind": {run.source_id} if seen.counters is None else set(),
        "unquoted": {run.source_id} if seen.message is None else set(),
    }
    return dict(RunDetailSerializer(run, context=context).data)


class RunListing(ApiView):
    """A list of runs, the newest first."""

    query = RunQuery

    def listed(self, request: Request, source: tuple[str, ...]) -> Response:
        person, wanted = reader(request), self.wanted
        runs = Run.objects.readable_by(person).select_related("source", "requested_by").defer("diff")
        if source:
            runs = runs.filter(source__slug__in=source)
        if states := wanted.get("state"):
            runs = runs.filter(state__in=states)
        page = read_page(runs, wanted, order=NEWEST_FIRST)
        sources = {run.source_id for run in page.items}
        context = {"blind": partly_closed(sources, person), "unquoted": partly_closed(sources, person, Level.READ)}
        return answer(request, page, RunSerializer(page.items, many=True, context=context).data)


class AllRunsView(RunListing):
    """The runs of all sources."""

    query = AllRunsQuery

    @extend_schema(operation_id="runs", tags=["runs"], responses=page_of(RunSerializer))
    def get(self, request: Request) -> Response:
        """Runs of sources that you may read about."""
        return self.listed(request, tuple(self.wanted.get("source", ())))


class SourceRunsView(RunListing):
    """The runs of one source."""

    write_scope = Token.Scope.HARVEST

    @extend_schema(operation_id="runs_of_source", tags=["runs"], responses=page_of(RunSerializer))
    def get(self, request: Request, slug: str) -> Response:
        """Runs of one source."""
        return self.listed(request, (find(Source.objects.all(), reader(request), slug=slug).slug,))

    @extend_schema(
        operation_id="start_run", tags=["runs"], request=StartSerializer,
        responses={201: RunDetailSerializer, 409: CONFLICT},
        examples=[OpenApiExample("Only look", {"dry": True}, request_only=True)],
    )  # fmt: skip
    def post(self, request: Request, slug: str) -> Response:
        """Start a harvest; 409 names the run that is under way."""
        person = reader(request)
        source = managed_source(person, slug)
        dry = StartSerializer.read(request)["dry"]
        try:
            run = services.start_run(source=source, actor=person, trigger=Run.Trigger.API, dry=dry)
        except (services.AlreadyActive, services.NotPossible) as error:
            raise _conflict(error) from error
        return Response(run_detail(request, run.pk), status=HTTPStatus.CREATED)


class RunView(ApiView):
    """One run."""

    @extend_schema(operation_id="run", tags=["runs"], responses=RunDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """How far it is, and what it found."""
        return Response(run_detail(request, pk))


class CancelView(ApiView):
    """Stopping a run."""

    write_scope = Token.Scope.HARVEST

    @extend_schema(
        operation_id="cancel_run", tags=["runs"], request=None, responses={200: RunDetailSerializer, 409: CONFLICT}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Stop a run; what was known stays."""
        run = managed_run(reader(request), pk)
        try:
            services.cancel_run(run=run, actor=reader(request))
        except services.NotPossible as error:
            raise _conflict(error) from error
        return Response(run_detail(request, pk))


class ConfirmView(ApiView):
    """Agreeing to what would vanish."""

    write_scope = Token.Scope.HARVEST

    @extend_schema(
        operation_id="confirm_run", tags=["runs"], request=None, responses={201: RunDetailSerializer, 409: CONFLICT}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Agree, and harvest again."""
        run = managed_run(reader(request), pk)
        try:
            again = services.confirm_run(run=run, actor=reader(request))
        except (services.NotPossible, services.AlreadyActive) as error:
            raise _conflict(error) from error
        return Response(run_detail(request, again.pk), status=HTTPStatus.CREATED)


def _conflict(error: services.NotPossible | services.AlreadyActive) -> Problem:
    """409; where a run is in the way and the reader got this far, it is named."""
    more = {"run": error.run.pk} if isinstance(error, services.AlreadyActive) else {}
    return Problem(HTTPStatus.CONFLICT, str(error), **more)
