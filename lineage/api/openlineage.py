"""Where OpenLineage's clients send their events. docs/openlineage.md tells how to point them here."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.problems import Problem
from core.api.views import ApiView
from lineage.api.bodies import BatchParser, EventParser, RefusedBody
from lineage.openlineage.events import Wrong
from lineage.receiving.accepting import RefusedEvent, Sender, accept_events, refuse_body
from lineage.receiving.poking import poke
from permissions.api import reader
from permissions.models import Token

EXAMPLE = {
    "eventTime": "2026-11-20T04:12:28.714Z", "eventType": "COMPLETE", "producer": "https://example.org/nightly",
    "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    "run": {"runId": "01a1f727-e2a3-7876-a06e-da7d09f2b24c"},
    "job": {"namespace": "shop.batch", "name": "daily_revenue"},
    "inputs": [{"namespace": "postgres://db.internal:5432", "name": "shop.raw.orders"}],
    "outputs": [{"namespace": "postgres://db.internal:5432", "name": "shop.mart.revenue"}],
}  # fmt: skip


class SummarySerializer(serializers.Serializer[Any]):
    received = serializers.IntegerField()
    successful = serializers.IntegerField()
    failed = serializers.IntegerField()
    retriable = serializers.IntegerField()
    non_retriable = serializers.IntegerField()


class FailedEventSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Its place in the list, from 0.")
    reason = serializers.CharField()
    retriable = serializers.BooleanField()


class BatchReportSerializer(serializers.Serializer[Any]):
    """What became of a list of events, as OpenLineage describes it."""

    status = serializers.ChoiceField(["success", "partial_success"])
    summary = SummarySerializer()
    failed_events = FailedEventSerializer(many=True)


class ReceiverView(ApiView):
    """What both addresses have in common: no request is turned away for coming too often, as clients do not try again
    after 429 and the event would be lost."""

    write_scope = Token.Scope.LINEAGE
    throttle_classes = ()

    def body(self, request: Request) -> Any:
        """The parsed body; what cannot be parsed is kept for administrators to look at."""
        try:
            return request.data
        except RefusedBody as error:
            refuse_body(body=error.body, why=str(error.detail), sender=sender_of(request))
            raise


class EventView(ReceiverView):
    """One event."""

    parser_classes = (EventParser,)

    @extend_schema(
        operation_id="receive_lineage", tags=["lineage"], request={"application/json": OpenApiTypes.OBJECT},
        responses={201: OpenApiResponse(description="Stored; it is worked soon."), 413: OpenApiResponse()},
        examples=[OpenApiExample("A run that is done", EXAMPLE, request_only=True)],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """An OpenLineage event of a run, a job or a dataset, plain or gzip. Only what names none of them is refused."""
        refused = accept_events(payloads=[self.body(request)], sender=sender_of(request))
        if refused:
            raise _refusal(refused[0].errors)
        poke()
        return Response(status=HTTPStatus.CREATED)


class BatchView(ReceiverView):
    """A list of events."""

    parser_classes = (BatchParser,)

    @extend_schema(
        operation_id="receive_lineage_batch", tags=["lineage"],
        request={"application/json": {"type": "array", "items": {}}},  # what is no event is told of in the answer
        responses={
            200: BatchReportSerializer, 204: OpenApiResponse(description="All are stored."), 413: OpenApiResponse(),
        },
        examples=[OpenApiExample("One event", [EXAMPLE], request_only=True)],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """OpenLineage events in a list. Answers 200 and says which, where some were refused; the others are stored."""
        payloads = self.body(request)
        if not isinstance(payloads, list):
            raise Problem(HTTPStatus.BAD_REQUEST, "Send a list of events here, and a single one to /api/v1/lineage.")
        refused = accept_events(payloads=payloads, sender=sender_of(request))
        poke()
        return Response(_report(len(payloads), refused)) if refused else Response(status=HTTPStatus.NO_CONTENT)


def sender_of(request: Request) -> Sender:
    return Sender(reader(request), request.auth.name if isinstance(request.auth, Token) else "")


def _refusal(errors: Sequence[Wrong]) -> ValidationError:
    """Each error at the place in the body that it is about."""
    detail: dict[str, Any] = {}
    for pointer, why in errors:
        place = detail
        *around, last = pointer.lstrip("/").split("/")
        for part in around:
            place = place.setdefault(part, {})
        place.setdefault(last or "non_field_errors", []).append(why)
    return ValidationError(detail)


def _report(received: int, refused: list[RefusedEvent]) -> dict[str, Any]:
    failed = len(refused)
    return {
        "status": "partial_success",
        "summary": {
            "received": received, "successful": received - failed, "failed": failed, "retriable": 0,
            "non_retriable": failed,
        },
        "failed_events": [{"index": one.at, "reason": one.reason, "retriable": False} for one in refused],
    }  # fmt: skip
