"""What depends on a dataset, and what a change would hit, over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.parts import DatasetRefSerializer
from catalog.closed import closed_fields_of
from catalog.models import Dataset, Source
from core.api.bodies import Body
from core.api.query import Query, text
from core.api.views import ApiView
from lineage.adjacency import Reach
from lineage.cards import cards_of
from lineage.change_impact import Change, Model, impact_on, review, review_models
from lineage.changed_sql import LONGEST
from lineage.closures import Bounds, Direction, edges_among, walk
from lineage.impact import Effect
from lineage.models import Edge, Node
from lineage.reach import reach
from permissions.api import PersonSerializer, reader
from permissions.gate import find
from permissions.models import Token

if TYPE_CHECKING:
    from permissions.models import User

MOST_MODELS = 5_000
FIELD = "The field that would go, as its path; all of the dataset, when not given."


class EndSerializer(serializers.Serializer[Any]):
    """A dataset, or a name that lineage was told of and the catalog does not have."""

    node = serializers.IntegerField(help_text="Its number in the lineage.")
    dataset = serializers.IntegerField(allow_null=True, help_text="Null for a mere name.")
    name = serializers.CharField()
    place = serializers.CharField()
    kind = serializers.CharField()
    badges = serializers.ListField(
        child=serializers.CharField(), help_text="certified, deprecated, draft, archived, problem, problem_upstream…"
    )
    distance = serializers.IntegerField(help_text="Steps from where you asked.")


class ImpactHitSerializer(EndSerializer):
    """One dataset that a change hits."""

    effect = serializers.ChoiceField(choices=[str(one) for one in Effect])
    breaking = serializers.BooleanField()
    fields_hit = serializers.ListField(child=serializers.CharField(), help_text="Fields there that come from it.")
    responsible = PersonSerializer(many=True)


class ImpactSerializer(serializers.Serializer[Any]):
    """One thing that would go, and what depends on it, nearest first."""

    dataset = DatasetRefSerializer()
    field = serializers.CharField(help_text="Empty for all of the dataset.")
    breaking = serializers.IntegerField(help_text="How many datasets use it.")
    unknown = serializers.IntegerField(help_text="Of how many it is not known whether they do.")
    closed = serializers.IntegerField(help_text="How many more depend on the dataset that are closed to you.")
    whole = serializers.BooleanField(help_text="Whether these are all.")
    hits = ImpactHitSerializer(many=True)


class SqlProblemSerializer(serializers.Serializer[Any]):
    """A statement that could not be read."""

    message = serializers.CharField()
    line = serializers.IntegerField()
    column = serializers.IntegerField()


class ReviewSerializer(serializers.Serializer[Any]):
    """What a file of SQL would take away."""

    changes = ImpactSerializer(many=True)
    unknown_tables = serializers.ListField(child=serializers.CharField(), help_text="Not in the catalog, for you.")
    open_ended = serializers.ListField(child=serializers.CharField(), help_text="Defined by a star: compare yourself.")
    problems = SqlProblemSerializer(many=True)
    breaking = serializers.IntegerField()
    unknown = serializers.IntegerField()


class ImpactQuery(Query):
    field = text(FIELD, max_length=2_000)


class ImpactView(ApiView):
    """Who is hit when something of a dataset goes."""

    query = ImpactQuery

    @extend_schema(operation_id="impact", tags=["lineage"], responses=ImpactSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Every dataset that depends on this one, by distance, and whether the field really flows there."""
        person = reader(request)
        dataset = find(Dataset.objects.all(), person, pk=pk)
        field = self.wanted.get("field", "")
        if field and not _has(person, dataset, field):
            raise Http404("This dataset has no such field.")
        return Response(ImpactSerializer(_told(Change(dataset, field, impact_on(person, dataset, field)))).data)


def _has(person: User, dataset: Dataset, field: str) -> bool:
    known = dataset.fields.present().filter(path=field).exists()
    return known and not closed_fields_of(person, dataset).closes(field)


def _told(change: Change) -> dict[str, Any]:
    found = change.impact
    hits = [
        {
            **hit.card._asdict(), "distance": hit.distance, "effect": str(hit.effect), "breaking": hit.breaking,
            "fields_hit": hit.columns, "responsible": hit.responsible,
        }
        for hit in found.hits
    ]  # fmt: skip
    counts = {"breaking": found.breaking, "unknown": found.unknown, "closed": found.closed, "whole": found.whole}
    return {"dataset": change.dataset, "field": change.column, "hits": hits, **counts}


class ModelBody(Body):
    """A model of dbt, as its manifest has it."""

    id = serializers.CharField(max_length=500, help_text="As model.shop.orders.")
    relation = serializers.CharField(max_length=2_000, help_text="The manifest's relation_name.")
    sql = serializers.CharField(
        max_length=LONGEST, required=False, allow_blank=True, default="", trim_whitespace=False,
        help_text="The manifest's compiled_code.",
    )  # fmt: skip


class ReviewBody(Body):
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=80, help_text="Short name of the source in which the SQL will run."
    )
    sql = serializers.CharField(
        max_length=LONGEST, required=False, trim_whitespace=False, help_text="The file as it is to be merged."
    )
    models = serializers.ListField(
        child=ModelBody(), required=False, max_length=MOST_MODELS,
        help_text="Instead: all models of a dbt project; what the project made and makes no more is dropped.",
    )  # fmt: skip
    target = serializers.CharField(
        max_length=2_000,
        required=False,
        help_text="Key of the dataset that a bare query fills, as a model of dbt does.",
    )


class ReviewView(ApiView):
    """What a file of SQL would break."""

    write_scope = Token.Scope.READ  # nothing is written

    @extend_schema(operation_id="impact_of_sql", tags=["lineage"], request=ReviewBody, responses=ReviewSerializer)
    def post(self, request: Request) -> Response:
        """Fields and datasets that the SQL drops, renames or no longer defines, and what depends on each."""
        person, body = reader(request), ReviewBody.read(request)
        source = find(Source.objects.all(), person, slug=body["source"])
        target = find(Dataset.objects.all(), person, key=body["target"]) if body.get("target") else None
        if ("sql" in body) == bool(body.get("models")):
            raise serializers.ValidationError({"sql": ["Send either sql or models."]})
        if "sql" in body:
            found = review(person, source, body["sql"], target=target)
        else:
            models = [Model(one["id"], one["relation"], one["sql"]) for one in body["models"]]
            found = review_models(person, source, models)
        changes = [_told(change) for change in found.changes]
        answer = {
            "changes": changes,
            "unknown_tables": found.unknown,
            "open_ended": found.open_ended,
            "problems": [{"message": one.message, "line": one.line, "column": one.column} for one in found.problems],
            "breaking": sum(change["breaking"] for change in changes),
            "unknown": sum(change["unknown"] for change in changes),
        }
        return Response(ReviewSerializer(answer).data)


class ReachQuery(Query):
    direction = serializers.ChoiceField(choices=[str(one) for one in Direction], required=False, default="downstream")


class ReachSerializer(serializers.Serializer[Any]):
    """How much lies on one side of a dataset, of what you may read."""

    total = serializers.IntegerField()
    by_ring = serializers.ListField(child=serializers.IntegerField(), help_text="One step away, two steps away, …")
    whole = serializers.BooleanField(help_text="Whether these are all.")


class ReachView(ApiView):
    """How much depends on a dataset, or how much it comes from, in all."""

    query = ReachQuery

    @extend_schema(operation_id="lineage_count", tags=["lineage"], responses=ReachSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Count everything on one side of the dataset, however much there is, by distance."""
        person = reader(request)
        dataset = find(Dataset.objects.all(), person, pk=pk)
        node = Node.objects.filter(dataset=dataset).values_list("pk", flat=True).first()
        found = Reach([]) if node is None else reach(person, node, Direction(self.wanted["direction"]))
        return Response(ReachSerializer(found).data)


class LineageQuery(Query):
    direction = serializers.ChoiceField(choices=[str(one) for one in Direction], required=False, default="downstream")
    depth = serializers.IntegerField(min_value=1, max_value=50, required=False, default=3, help_text="Steps.")
    limit = serializers.IntegerField(min_value=1, max_value=1_000, required=False, default=1_000)


class LineSerializer(serializers.Serializer[Any]):
    """One of two nodes reads from the other, says somebody."""

    upstream = serializers.IntegerField()
    downstream = serializers.IntegerField()
    origin = serializers.ChoiceField(choices=Edge.Origin.values)


class LineageSerializer(serializers.Serializer[Any]):
    """The lineage on one side of a dataset."""

    nodes = EndSerializer(many=True)
    edges = LineSerializer(many=True)
    closed = serializers.IntegerField(help_text="Neighbours that are closed to you; nothing is told beyond them.")
    whole = serializers.BooleanField(help_text="Whether this is all of it.")


class LineageView(ApiView):
    """What a dataset comes from, or what depends on it."""

    query = LineageQuery

    @extend_schema(operation_id="dataset_lineage", tags=["lineage"], responses=LineageSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Datasets upstream or downstream, ring by ring, with the edges between them."""
        person, wanted = reader(request), self.wanted
        dataset = find(Dataset.objects.all(), person, pk=pk)
        node = Node.objects.filter(dataset=dataset).values_list("pk", flat=True).first()
        if node is None:
            return Response({"nodes": [], "edges": [], "closed": 0, "whole": True})
        found = walk(person, [node], Direction(wanted["direction"]), Bounds(wanted["depth"], wanted["limit"]))
        cards = cards_of(person, found.rings)
        nodes = [{**card._asdict(), "distance": found.rings[pk]} for pk, card in cards.items()]
        told = {"nodes": sorted(nodes, key=lambda one: (one["distance"], one["node"])), "edges": edges_among(cards)}
        return Response(LineageSerializer(told | {"closed": len(found.restricted), "whole": found.whole}).data)
