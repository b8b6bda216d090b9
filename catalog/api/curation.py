"""Writing what people say, reading its history, and taking it back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db.models import Model
from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.closed import closed_fields_of
from catalog.curation.conflicts import version_of
from catalog.curation.facts import FACTS, Fact
from catalog.curation.history import Shown, changes_of_dataset, open_changes, shown, visible_edit
from catalog.curation.kinds import editable_facts, kind_of
from catalog.curation.outcome import Conflict, Refused
from catalog.curation.services import edit
from catalog.curation.undo import undo_edit
from catalog.models import Change, Dataset, Edit, Field
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

CONFLICT = OpenApiResponse(description="Somebody changed the same facts since the version you give.")
LATEST_FIRST = ("-pk",)


def _body(kind: str) -> type[Body]:
    """The body that changes facts of a kind of thing, made of what is declared of them."""
    members: dict[str, Any] = {
        name: serializers.JSONField(required=False, allow_null=True, help_text=_help(fact))
        for name, fact in FACTS[kind].items()
        if fact.stated
    }
    members["why"] = serializers.CharField(required=False, allow_blank=True, max_length=500)
    members["version"] = serializers.IntegerField(
        required=False, min_value=0, max_value=2**62,
        help_text="The version that you read: what others changed since is not written over.",
    )  # fmt: skip
    return type(f"{kind.capitalize()}Facts", (Body,), members)


def _help(fact: Fact) -> str:
    plain = fact.help or fact.label
    return f"{plain} Text, or a list; null or empty takes it away."


DatasetFacts, FieldFacts = _body("dataset"), _body("field")


class EditSerializer(serializers.ModelSerializer[Edit]):
    """One act of writing."""

    by = PersonSerializer(source="actor", allow_null=True)

    class Meta:
        model = Edit
        fields = ("id", "by", "at", "origin", "why")


class FactChangeSerializer(serializers.Serializer[Any]):
    """One fact of one thing, before and after, in words."""

    id = serializers.IntegerField(source="change.pk")
    at = serializers.DateTimeField(source="change.at")
    kind = serializers.CharField(source="change.kind")
    thing = serializers.IntegerField(source="change.thing_id", help_text="The id of what was changed.")
    name = serializers.CharField(source="title")
    fact = serializers.CharField(source="change.fact", help_text="Empty for the making or deleting of the thing.")
    before = serializers.CharField()
    after = serializers.CharField()
    edit = EditSerializer(
        source="change.edit", allow_null=True, help_text="Null where it was written past the catalog."
    )


class WrittenSerializer(serializers.Serializer[Any]):
    """What came of writing."""

    edit = EditSerializer(allow_null=True, help_text="Null where everything was so already.")
    version = serializers.IntegerField(help_text="The version that the thing has now.")


def write(request: Request, thing: Model, body: type[Body]) -> Response:
    """Write what the body gives. Raises `Problem` for conflicts, `PermissionDenied`, `ValidationError` by member."""
    given = body.read(request)
    base, why = given.pop("version", None), given.pop("why", "")
    person = reader(request)
    if not editable_facts(person, thing):
        raise PermissionDenied("You may read this and not write it.")
    try:
        outcome = edit(actor=person, thing=thing, changes=given, why=why, origin=Edit.Origin.API, base=base)
    except Refused as refused:
        raise ValidationError({one.fact or "non_field_errors": [one.reason] for one in refused.refusals}) from refused
    except Conflict as conflict:
        facts = ", ".join(clash.fact for clash in conflict.clashes)
        raise Problem(HTTPStatus.CONFLICT, f"Somebody changed {facts} since that version. Read it again.") from conflict
    told = {"edit": outcome.edit, "version": version_of(kind_of(thing), thing.pk)}
    return Response(WrittenSerializer(told).data)


class FieldEditView(ApiView):
    """One field, to be written."""

    @extend_schema(
        operation_id="field_edit", tags=["curation"], request=FieldFacts,
        responses={200: WrittenSerializer, 409: CONFLICT},
    )  # fmt: skip
    def patch(self, request: Request, pk: int, field_pk: int) -> Response:
        """Write what people say of a field; what is left out stays."""
        person = reader(request)
        dataset = find(Dataset.objects.all(), person, pk=pk)
        closed = closed_fields_of(person, dataset)
        field = Field.objects.filter(dataset=dataset, pk=field_pk).first()
        if field is None or closed.hides(field.path):
            raise Http404(NOTHING)
        if closed.stopping(field.path, Level.READ):
            raise PermissionDenied("A rule closes this field to you.")
        return write(request, field, FieldFacts)


class DatasetChangesView(ApiView):
    """What people said of a dataset and its fields."""

    query = ListQuery

    @extend_schema(operation_id="dataset_changes", tags=["curation"], responses=page_of(FactChangeSerializer))
    def get(self, request: Request, pk: int) -> Response:
        """Changes that you may know of, the latest first."""
        person = reader(request)
        dataset = find(Dataset.objects.all(), person, pk=pk)
        page = read_page(changes_of_dataset(person, dataset), self.wanted, order=LATEST_FIRST)
        return answer(request, page, _told(person, page.items))


class EditView(ApiView):
    """One edit, with its changes."""

    query = ListQuery

    @extend_schema(operation_id="edit", tags=["curation"], responses=page_of(FactChangeSerializer))
    def get(self, request: Request, pk: int) -> Response:
        """What an edit changed, as far as you may know of it."""
        person = reader(request)
        edit_ = _open(person, pk)
        changes = Change.objects.filter(open_changes(person), edit=edit_).select_related("edit__actor")
        page = read_page(changes, self.wanted, order=("pk",))
        return answer(request, page, _told(person, page.items))


class UndoBody(Body):
    why = serializers.CharField(required=False, allow_blank=True, max_length=500)
    over = YesNo(required=False, help_text="Put it back even where somebody wrote since.")
    dry_run = YesNo(required=False, help_text="Only count.")


class UndoneSerializer(serializers.Serializer[Any]):
    """What was taken back, and what was left."""

    edit = EditSerializer(allow_null=True, help_text="The edit that takes it back; null where nothing was.")
    facts = serializers.IntegerField()
    changed_since = serializers.IntegerField(help_text="Left: somebody wrote there since.")
    not_yours = serializers.IntegerField(help_text="Left: you may not write there.")


class EditUndoView(ApiView):
    """Taking back one edit."""

    @extend_schema(operation_id="edit_undo", tags=["curation"], request=UndoBody, responses=UndoneSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Put back what stood before an edit, an import for example; what others wrote since stays."""
        person = reader(request)
        found, given = _open(person, pk), UndoBody.read(request)
        try:
            undone = undo_edit(
                actor=person, edit=found, why=given.get("why", ""), over=given.get("over", False),
                dry=given.get("dry_run", False),
            )  # fmt: skip
        except Refused as refused:
            raise PermissionDenied(str(refused)) from refused
        dry = given.get("dry_run", False)
        told = {name: getattr(undone, name) for name in ("facts", "changed_since", "not_yours")}
        return Response(UndoneSerializer({"edit": None if dry else undone.edit, **told}).data)


def _open(person: User, pk: int) -> Edit:
    found = visible_edit(person, pk)
    if found is None:
        raise Http404(NOTHING)
    return found


def _told(person: User, changes: list[Change]) -> list[Any]:
    found: list[Shown] = shown(person, changes)
    return list(FactChangeSerializer(found, many=True).data)
