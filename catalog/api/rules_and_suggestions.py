"""Metadata rules and suggestions over REST."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as Invalid
from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.curation import EditSerializer
from catalog.api.parts import DatasetRefSerializer
from catalog.closed import closed_fields_of
from catalog.curation.filling import make_rule, preview_rule, rules_seen_by, run_rule, switch_rule
from catalog.curation.outcome import Conflict, Refused
from catalog.curation.suggesting import (
    AlreadyDecided,
    accept,
    decline,
    may_decide,
    suggest,
    suggested_by,
    to_decide,
    visible_suggestion,
    withdraw,
)
from catalog.models import Dataset, Field, MetadataRule, Suggestion
from core.api.bodies import Body, YesNo
from core.api.lists import answer, page_of, read_page
from core.api.problems import Problem
from core.api.query import ListQuery
from core.api.views import ApiView
from permissions.api import PersonSerializer, reader
from permissions.gate import find
from permissions.levels import Level
from permissions.models import User
from permissions.things import NOTHING

DECIDED = OpenApiResponse(description="It is decided already, or somebody changed the same facts since.")


class MetadataRuleSerializer(serializers.ModelSerializer[MetadataRule]):
    """What is said of what fits a pattern and of which nobody has said it."""

    author = PersonSerializer()
    given = serializers.DictField(help_text="Values by fact.")
    last_edit = EditSerializer(allow_null=True, help_text="Its last run that changed anything.")

    class Meta:
        model = MetadataRule
        fields = ("id", "name", "author", "pattern", "field_pattern", "given", "on", "made_at", "last_edit")


class MetadataRuleBody(Body):
    name = serializers.CharField(max_length=120)
    pattern = serializers.CharField(max_length=500, help_text="Keys of datasets that fit, as crm.*")
    field_pattern = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=200,
        help_text="Names of fields that fit, as *_email; empty to speak of the datasets.",
    )  # fmt: skip
    given = serializers.DictField(help_text="Values by fact, as they are given when one writes.")


class MetadataRulesView(ApiView):
    """Metadata rules."""

    query = ListQuery

    @extend_schema(operation_id="metadata_rules", tags=["curation"], responses=page_of(MetadataRuleSerializer))
    def get(self, request: Request) -> Response:
        """Your own; all of them, for the data council."""
        found = rules_seen_by(reader(request)).select_related("author", "last_edit__actor")
        page = read_page(found, self.wanted, order=("pk",))
        return answer(request, page, MetadataRuleSerializer(page.items, many=True).data)

    @extend_schema(
        operation_id="metadata_rule_create", tags=["curation"], request=MetadataRuleBody,
        responses={201: MetadataRuleSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Write a rule down; it acts as you, after each harvest and when it is run."""
        try:
            made = make_rule(actor=reader(request), **MetadataRuleBody.read(request))
        except Refused as refused:
            raise _invalid(refused) from refused
        return Response(MetadataRuleSerializer(made).data, status=HTTPStatus.CREATED)


class RunBody(Body):
    dry_run = YesNo(required=False, help_text="Only count what it would change.")
    on = YesNo(required=False, help_text="Whether it runs after each harvest; given, it is not run now.")


class RuleRanSerializer(serializers.Serializer[Any]):
    changed = serializers.IntegerField(help_text="Things that it spoke of, or would.")
    edit = EditSerializer(allow_null=True)


class MetadataRuleRunView(ApiView):
    """Running a metadata rule."""

    @extend_schema(operation_id="metadata_rule_run", tags=["curation"], request=RunBody, responses=RuleRanSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Run a rule of yours now, look at what that would do, or switch it on or off."""
        person, given = reader(request), RunBody.read(request)
        rule = rules_seen_by(person).filter(pk=pk).select_related("author").first()
        if rule is None:
            raise Http404(NOTHING)
        if "on" in given:
            switch_rule(actor=person, rule=rule, on=given["on"])
            return Response({"changed": 0, "edit": None})
        if rule.author_id != person.pk:
            raise PermissionDenied("Its author runs it.")
        try:
            if given.get("dry_run"):
                return Response({"changed": preview_rule(rule=rule).things, "edit": None})
            done = run_rule(rule=rule)
        except Refused as refused:
            raise _invalid(refused) from refused
        return Response(RuleRanSerializer({"changed": done.changed, "edit": done.edit}).data)


class FactSuggestionSerializer(serializers.ModelSerializer[Suggestion]):
    """Facts that somebody would have said of a dataset, or of a field of it."""

    dataset = DatasetRefSerializer()
    field = serializers.CharField(source="field.path", default=None, allow_null=True, help_text="Null for the dataset.")
    author = PersonSerializer(allow_null=True)
    given = serializers.DictField(help_text="Values by fact.")
    before = serializers.DictField(help_text="What stood there when it was suggested.")
    decided_by = PersonSerializer(allow_null=True)

    class Meta:
        model = Suggestion
        fields = (
            "id", "dataset", "field", "author", "given", "before", "why", "made_at", "state", "decided_by",
            "decided_at", "answer",
        )  # fmt: skip


class FactSuggestionsQuery(ListQuery):
    whose = serializers.ChoiceField(
        required=False, choices=[("decide", "decide"), ("mine", "mine")], default="decide",
        help_text="Those that you may decide on, or your own.",
    )  # fmt: skip


class FactSuggestionBody(Body):
    dataset = serializers.IntegerField(min_value=1, max_value=2**62)
    field = serializers.IntegerField(required=False, min_value=1, max_value=2**62, help_text="A field of it.")
    given = serializers.DictField(help_text="Values by fact.")
    why = serializers.CharField(required=False, allow_blank=True, max_length=500)


class FactSuggestionsView(ApiView):
    """Suggestions of facts."""

    query = FactSuggestionsQuery

    @extend_schema(operation_id="fact_suggestions", tags=["curation"], responses=page_of(FactSuggestionSerializer))
    def get(self, request: Request) -> Response:
        """What waits for your decision, or what became of yours; a page may hold fewer than it could."""
        person, mine = reader(request), self.wanted["whose"] == "mine"
        page = read_page(suggested_by(person) if mine else to_decide(person), self.wanted, order=("-pk",))
        lines = [one for one in page.items if (visible_suggestion(person, one.pk) if mine else may_decide(person, one))]
        return answer(request, page, FactSuggestionSerializer(lines, many=True).data)

    @extend_schema(
        operation_id="fact_suggestion_create", tags=["curation"], request=FactSuggestionBody,
        responses={201: FactSuggestionSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Suggest facts of what you may read to those who may write it."""
        person, given = reader(request), FactSuggestionBody.read(request)
        dataset: Dataset = find(Dataset.objects.all(), person, pk=given["dataset"])
        thing = _field(person, dataset, given["field"]) if "field" in given else dataset
        try:
            made = suggest(actor=person, thing=thing, changes=given["given"], why=given.get("why", ""))
        except Refused as refused:
            raise _invalid(refused) from refused
        return Response(FactSuggestionSerializer(made).data, status=HTTPStatus.CREATED)


class DecideBody(Body):
    choice = serializers.ChoiceField(choices=[(one, one) for one in ("accept", "decline", "withdraw")])
    given = serializers.DictField(required=False, help_text="What is to be written instead of what was suggested.")
    answer = serializers.CharField(required=False, allow_blank=True, max_length=500)
    version = serializers.IntegerField(required=False, min_value=0, max_value=2**62)


class FactSuggestionView(ApiView):
    """One suggestion."""

    @extend_schema(operation_id="fact_suggestion", tags=["curation"], responses=FactSuggestionSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """A suggestion of yours, or one that you may decide on."""
        return Response(FactSuggestionSerializer(_suggestion(reader(request), pk)).data)

    @extend_schema(
        operation_id="fact_suggestion_decide", tags=["curation"], request=DecideBody,
        responses={200: FactSuggestionSerializer, 409: DECIDED},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Take it, as it is or changed; decline it with a reason; or withdraw your own."""
        person, given = reader(request), DecideBody.read(request)
        found, said = _suggestion(person, pk), given.get("answer", "")
        try:
            if given["choice"] == "accept":
                changes, base = given.get("given"), given.get("version")
                accept(actor=person, suggestion=found, changes=changes, answer=said, base=base)
            elif given["choice"] == "decline":
                decline(actor=person, suggestion=found, answer=said)
            else:
                withdraw(actor=person, suggestion=found)
        except (AlreadyDecided, Conflict) as error:
            raise Problem(HTTPStatus.CONFLICT, str(error)) from error
        except Refused as refused:
            raise _invalid(refused) from refused
        except Invalid as error:
            raise ValidationError(error.message_dict) from error
        found.refresh_from_db()
        return Response(FactSuggestionSerializer(found).data)


def _suggestion(person: User, pk: int) -> Suggestion:
    found = visible_suggestion(person, pk)
    if found is None:
        raise Http404(NOTHING)
    return found


def _field(person: User, dataset: Dataset, pk: int) -> Field:
    closed = closed_fields_of(person, dataset)
    field = Field.objects.select_related("dataset").filter(dataset=dataset, pk=pk).first()
    if field is None or closed.hides(field.path):
        raise Http404(NOTHING)
    if closed.stopping(field.path, Level.READ):
        raise PermissionDenied("A rule closes this field to you.")
    return field


def _invalid(refused: Refused) -> ValidationError:
    return ValidationError({one.fact or "non_field_errors": [one.reason] for one in refused.refusals})
