"""Results of pipelines' tests over REST."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.bodies import Body, YesNo
from core.api.views import ApiView
from feedback.api import KIND_CHOICES, LARGEST, SEVERITY_CHOICES, find_reported
from feedback.kinds import Kind, Severity
from feedback.models.tickets import LONGEST_TEXT
from feedback.results import Result, take_result
from permissions.api import reader
from permissions.gate import Restricted

MOST = 200
OUTCOMES = [(one, one) for one in ("opened", "again", "reopened", "closed", "nothing", "refused")]


class TestResultSerializer(Body):
    """How one test of a dataset ended."""

    dataset = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST)
    key = serializers.CharField(required=False, max_length=5_000, help_text="The dataset's key, instead of its id.")
    field = serializers.CharField(required=False, max_length=5_000, help_text="The path of a field.")
    test = serializers.CharField(max_length=200, help_text="What you always call this test of this dataset.")
    passed = YesNo()
    title = serializers.CharField(required=False, max_length=200, help_text="What is wrong, in a line.")
    detail = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT, default="")
    severity = serializers.ChoiceField(choices=SEVERITY_CHOICES, default=Severity.MAJOR.value)
    kind = serializers.ChoiceField(choices=KIND_CHOICES, default=Kind.WRONG.value)
    url = serializers.URLField(required=False, allow_blank=True, max_length=2_000, default="")


class TestResultsSerializer(Body):
    """Results of one run."""

    results = serializers.ListField(child=TestResultSerializer(), allow_empty=False, max_length=MOST)


class TakenSerializer(serializers.Serializer[Any]):
    """What came of one result."""

    test = serializers.CharField()
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    ticket = serializers.IntegerField(allow_null=True)
    why = serializers.CharField(help_text="Why it was refused.")


class TakenListSerializer(serializers.Serializer[Any]):
    """What came of each result, in their order."""

    results = TakenSerializer(many=True)


class TestResultsView(ApiView):
    """What pipelines find."""

    @extend_schema(
        operation_id="test_results", tags=["feedback"], request=TestResultsSerializer, responses=TakenListSerializer,
        examples=[OpenApiExample("One test failed", {"results": [{
            "key": "crm.public.customers", "test": "not_null_customers_country", "passed": False,
            "title": "412 rows have no country",
        }]}, request_only=True)],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Tell how tests ended: one that fails opens or updates one ticket, one that passes closes it."""
        person, wish = reader(request), TestResultsSerializer.read(request)
        return Response({"results": [_take(person, dict(one)) for one in wish["results"]]})


def _take(person: Any, given: dict[str, Any]) -> dict[str, Any]:
    """One that cannot be taken never spoils the rest."""
    test = given.pop("test")
    try:
        dataset, field = find_reported(person, given)
        title = given.pop("title", "") or f"{test} fails"
        taken = take_result(actor=person, result=Result(dataset=dataset, field=field, key=test, title=title, **given))
    except Http404:
        return _refused(test, "There is no such dataset.")
    except Restricted:
        return _refused(test, "A rule closes this dataset to you.")
    except PermissionDenied as error:
        return _refused(test, str(error))
    except ValidationError as error:
        return _refused(test, " ".join(error.messages))
    except serializers.ValidationError as error:
        return _refused(test, _plain(error.detail))
    return {"test": test, "outcome": taken.outcome, "ticket": taken.ticket.pk if taken.ticket else None, "why": ""}


def _plain(detail: Any) -> str:
    """What is wrong, whatever it was told of."""
    told = detail.values() if isinstance(detail, dict) else [detail]
    return " ".join(str(text) for texts in told for text in texts)


def _refused(test: str, why: str) -> dict[str, Any]:
    return {"test": test, "outcome": "refused", "ticket": None, "why": why}
