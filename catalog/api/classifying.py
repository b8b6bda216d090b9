"""Suggested classifications over REST: list them, decide on many at once, take a decision back."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.parts import DatasetRefSerializer
from catalog.classifying.deciding import MOST, NothingToDecide, classify, decide, decisions_of, undo, undoable_by
from catalog.classifying.forms import LONGEST_REASON
from catalog.classifying.reading import Narrowing, suggested_to
from catalog.curation.kinds import KINDS
from catalog.curation.outcome import Refused
from catalog.models import Classification, Edit, Field, FieldClassification
from core.api.bodies import Body
from core.api.lists import answer, page_of, read_page
from core.api.problems import Problem
from core.api.query import ListQuery, text
from core.api.views import ApiView
from permissions.api import reader
from permissions.models import Duty

if TYPE_CHECKING:
    from collections.abc import Callable

    from permissions.models import User

NEXT = OpenApiResponse(description="Nothing is left to decide, or a rule closes it to you by what you would take away.")


class SuggestionSerializer(serializers.ModelSerializer[FieldClassification]):
    """What a harvest takes a field for."""

    dataset = DatasetRefSerializer(source="field.dataset")
    path = serializers.CharField(source="field.path")
    classification = serializers.CharField(source="classification.slug")
    evidence = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = FieldClassification
        fields = ("id", "dataset", "path", "classification", "category", "confidence", "evidence")


class SuggestionsQuery(ListQuery):
    source = text("Short name of a source.")  # type: ignore[assignment]
    domain = text("Short name of a domain.")
    classification = text("Short name of a classification; those in it are found as well.")
    at_least = serializers.FloatField(required=False, min_value=0, max_value=1, help_text="Least confidence.")
    below = serializers.FloatField(required=False, min_value=0, max_value=1, help_text="Less confidence than this.")
    name = text("Words in the names of fields or datasets.")


class SuggestionsView(ApiView):
    """The list of suggestions."""

    query = SuggestionsQuery

    @extend_schema(
        operation_id="classification_suggestions", tags=["classifications"], responses=page_of(SuggestionSerializer)
    )
    def get(self, request: Request) -> Response:
        """Suggestions that you may decide on: of fields that you may read and curate."""
        wanted = self.wanted
        named = {name: wanted.get(name) or "" for name in ("source", "domain", "classification")}
        narrowing = Narrowing(
            wanted.get("name") or "", **named, least=wanted.get("at_least"), below=wanted.get("below")
        )  # fmt: skip
        marks = narrowing.of(suggested_to(reader(request))).select_related("field__dataset", "classification")
        page = read_page(marks.defer("field__dataset__sql"), wanted, order=("pk",))
        return answer(request, page, SuggestionSerializer(page.items, many=True).data)


class OfFieldSerializer(Body):
    """A field, and what it is or is not."""

    dataset = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    path = serializers.CharField(max_length=5_000, trim_whitespace=False)
    classification = serializers.SlugRelatedField(slug_field="slug", queryset=Classification.objects.all())


class ClassDecisionSerializer(Body):
    """Either suggestions by their ids, or fields by name, whether anything was suggested of them or not."""

    answer = serializers.ChoiceField(choices=[("accept", "accept"), ("refuse", "refuse")])
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=LONGEST_REASON)
    suggestions = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=MOST
    )
    fields_ = OfFieldSerializer(many=True, required=False, help_text="At most 1,000.")

    def get_fields(self) -> dict[str, Any]:
        found = super().get_fields()
        found["fields"] = found.pop("fields_")
        return found


class DecidedSerializer(serializers.Serializer[Any]):
    """What was decided, to be taken back by its id."""

    id = serializers.IntegerField()
    decided = serializers.IntegerField(help_text="Classifications of fields that are other than before.")


class DecisionsView(ApiView):
    """Deciding."""

    @extend_schema(
        operation_id="decide_classifications", tags=["classifications"], request=ClassDecisionSerializer,
        responses={201: DecidedSerializer, 409: NEXT},
        examples=[OpenApiExample("Not personal here", {
            "answer": "refuse", "reason": "Codes of shops, not of people.", "suggestions": [812, 813],
        }, request_only=True)],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Accept or refuse; all of it, or nothing. A refusal says why, and is not suggested again."""
        person, wish = reader(request), ClassDecisionSerializer.read(request)
        edit = _tried(lambda: _decide(person, wish))
        told = {"id": edit.pk, "decided": decisions_of(edit).count()}
        return Response(DecidedSerializer(told).data, status=HTTPStatus.CREATED)


class UndoView(ApiView):
    """Taking a decision back."""

    @extend_schema(
        operation_id="undo_classifications", tags=["classifications"], request=None,
        responses={200: DecidedSerializer, 409: NEXT},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Make all as it was before; 409 when somebody decided again since."""
        person = reader(request)
        edit = get_object_or_404(undoable_by(person), pk=pk)
        try:
            back = undo(actor=person, edit=edit)
        except NothingToDecide:
            raise Http404("There is nothing to take back.") from None
        except (ValidationError, Refused) as error:
            raise _conflict(error) from error
        return Response(DecidedSerializer({"id": back.pk, "decided": decisions_of(back).count()}).data)


def _decide(person: User, wish: dict[str, Any]) -> Edit:
    """Raises as `decide` does, and `serializers.ValidationError` for what is not there to be decided on."""
    ids, named = wish.get("suggestions"), wish.get("fields")
    if bool(ids) == bool(named):
        raise serializers.ValidationError("Give either suggestions or fields.")
    told: dict[str, Any] = {"reason": wish["reason"], "origin": Edit.Origin.API}
    if ids:
        marks = suggested_to(person).filter(pk__in=ids)
        _require_all(ids, set(marks.values_list("pk", flat=True)), "suggestions", "There is no such suggestion.")
        return decide(actor=person, marks=marks, accept=wish["answer"] == "accept", **told)
    return classify(actor=person, pairs=_pairs(person, named or []), confirm=wish["answer"] == "accept", **told)


def _pairs(person: User, named: list[dict[str, Any]]) -> list[tuple[int, str]]:
    asked = [(one["dataset"], one["path"]) for one in named]
    rows = Field.objects.visible_to(person).present().filter(
        dataset__in={pk for pk, _ in asked}, path__in={path for _, path in asked}
    )  # fmt: skip
    found = {(dataset, path): pk for pk, dataset, path in rows.values_list("pk", "dataset", "path")}
    known = KINDS["field"].known(person, found.values())
    ids = {key: pk for key, pk in found.items() if pk in known and key in asked}
    _require_all(asked, set(ids), "fields", "There is no such field.")
    if KINDS["field"].writable_ids(person, Duty.CURATE, ids.values(), labels=True) != set(ids.values()):
        raise PermissionDenied("You may not curate all of these fields.")
    return [(ids[key], one["classification"].slug) for key, one in zip(asked, named, strict=True)]


def _require_all(asked: list[Any], found: set[Any], member: str, reason: str) -> None:
    missing = {str(at): [reason] for at, one in enumerate(asked) if one not in found}
    if missing:
        raise serializers.ValidationError({member: missing})


def _tried(act: Callable[[], Edit]) -> Edit:
    try:
        return act()
    except NothingToDecide:
        raise Problem(HTTPStatus.CONFLICT, "All of it is decided so already.") from None
    except ValidationError as error:
        details = error.message_dict if hasattr(error, "error_dict") else error.messages
        raise serializers.ValidationError(details) from error
    except Refused as error:
        raise _conflict(error) from error


def _conflict(error: Exception) -> Problem:
    words = error.messages[0] if isinstance(error, ValidationError) else str(error)
    return Problem(HTTPStatus.CONFLICT, words)
