"""Workflows, and what was counted of them, over REST."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.lists import answer, page_of, read_page
from core.api.query import ListQuery
from core.api.views import ApiView
from definitions.counted import Counted, Rows, counted_for, transitions_of
from definitions.models import State, Transition, Workflow
from definitions.workflows import states_of
from permissions.api import PersonSerializer, reader
from permissions.gate import find

FEW = "Null where it is not known; where values are closed to you, of one to four rows null with `few` true."


class RowsSerializer(serializers.Serializer[Rows]):
    """A number of rows."""

    rows = serializers.SerializerMethodField(help_text=FEW)
    few = serializers.BooleanField(help_text="Whether there are some, and fewer than five.")

    def get_rows(self, told: Rows) -> int | None:
        return None if told.few else told.value


class WorkflowSerializer(serializers.Serializer[Workflow]):
    """A workflow."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    entity = serializers.CharField(help_text="What moves through it.")
    description = serializers.CharField(help_text="Markdown.")
    key_fields = serializers.ListField(child=serializers.CharField())
    exclusive = serializers.BooleanField(help_text="Whether nothing is in two states at once.")
    exhaustive = serializers.BooleanField(help_text="Whether everything is in some state.")
    owner = PersonSerializer(allow_null=True)


class WorkflowStateSerializer(serializers.Serializer[State]):
    """A state of a workflow; its definition says when something is in it."""

    definition = serializers.SlugField(source="definition.slug")
    name = serializers.CharField(source="definition.name")
    kind = serializers.ChoiceField(choices=State.Kind.choices)


class TransitionSerializer(serializers.Serializer[Transition]):
    """A move that is allowed; null is outside."""

    before = serializers.CharField(source="from_state.definition.name", allow_null=True, default=None)
    after = serializers.CharField(source="to_state.definition.name", allow_null=True, default=None)
    done_by = serializers.CharField()
    actor = serializers.CharField(help_text="job, person, rule, or empty.")
    transformation = serializers.ChoiceField(choices=Transition.Transformation.choices)
    entry_condition = serializers.CharField()
    exit_condition = serializers.CharField()


class WorkflowWholeSerializer(WorkflowSerializer):
    """A workflow with its states and the moves between them."""

    states = WorkflowStateSerializer(many=True)
    transitions = TransitionSerializer(many=True)


class StateCountSerializer(serializers.Serializer[Any]):
    """One state: rows in it, and how they came about."""

    name = serializers.CharField()
    inside = RowsSerializer(source="rows")
    unknown = RowsSerializer(help_text="Rows for which the criterion is NULL.")
    broken = RowsSerializer(help_text="Rows on which it cannot be evaluated.")
    entered = RowsSerializer()
    left = RowsSerializer()
    difference = RowsSerializer(help_text="Rows that the moves do not explain.")
    unproven = serializers.CharField(help_text="Why the criterion cannot be relied on; empty where it can.")


class MoveSerializer(serializers.Serializer[Any]):
    """Rows that went from one state to another; empty is outside."""

    before = serializers.CharField()
    after = serializers.CharField()
    rows = RowsSerializer()
    forbidden = serializers.BooleanField()
    days = serializers.ListField(child=serializers.CharField())


class PastSerializer(serializers.Serializer[Any]):
    """An earlier measure."""

    at = serializers.DateTimeField()
    rows = RowsSerializer()
    none = RowsSerializer()
    several = RowsSerializer()
    difference = RowsSerializer(help_text="The sizes of all differences together.")
    forbidden = RowsSerializer()


class CountedSerializer(serializers.Serializer[Counted]):
    """The last measure of a workflow in one dataset, and those before."""

    dataset = serializers.IntegerField(source="dataset.pk")
    dataset_key = serializers.CharField(source="dataset.key")
    at = serializers.DateTimeField(source="measure.at")
    stale = serializers.CharField(help_text="Why it could not be measured since; empty where it could.")
    sound = serializers.BooleanField(help_text="Whether everything adds up.")
    flow_from = serializers.DateTimeField(source="measure.flow_from", allow_null=True)
    rows = RowsSerializer(source="beside.rows")
    none = RowsSerializer(source="beside.none")
    several = RowsSerializer(source="beside.several")
    undecided = RowsSerializer(source="beside.undecided")
    states = StateCountSerializer(many=True)
    moves = MoveSerializer(many=True)
    history = PastSerializer(many=True, source="past")


class MeasuresSerializer(serializers.Serializer[Any]):
    """What was counted of a workflow, by dataset."""

    items = CountedSerializer(many=True)


class WorkflowsView(ApiView):
    """The list of workflows."""

    query = ListQuery

    @extend_schema(operation_id="workflows", tags=["states"], responses=page_of(WorkflowSerializer))
    def get(self, request: Request) -> Response:
        """Workflows by name."""
        found = Workflow.objects.readable_by(reader(request)).select_related("owner")
        page = read_page(found, self.wanted, order=("name", "pk"))
        return answer(request, page, [WorkflowSerializer(one).data for one in page.items])


class WorkflowView(ApiView):
    """One workflow."""

    @extend_schema(operation_id="workflow", tags=["states"], responses=WorkflowWholeSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """A workflow with its states and transitions."""
        viewer = reader(request)
        found = find(Workflow.objects.select_related("owner"), viewer, slug=slug)
        states = states_of(viewer, found)
        known = {state.pk for state in states} | {None}
        moves = [one for one in transitions_of(found) if {one.from_state_id, one.to_state_id} <= known]
        told = WorkflowSerializer(found).data
        lines = {"states": [WorkflowStateSerializer(one).data for one in states]}
        return Response(told | lines | {"transitions": [TransitionSerializer(one).data for one in moves]})


class MeasuresView(ApiView):
    """What was counted."""

    @extend_schema(operation_id="workflow_measures", tags=["states"], responses=MeasuresSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Stocks, moves and what does not add up, in each dataset that you may read."""
        viewer = reader(request)
        found = find(Workflow.objects.all(), viewer, slug=slug)
        return Response({"items": [CountedSerializer(one).data for one in counted_for(viewer, found)]})
