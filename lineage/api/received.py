"""Received events over REST, for administrators."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.handlers import NOTHING
from core.api.lists import answer, page_of, read_page
from core.api.query import ListQuery, many_of, text
from core.api.views import ApiView
from lineage.models import ReceivedEvent
from lineage.openlineage.events import Kind
from lineage.receiving.looking import ORDER, find_received, require_looker, seen
from permissions.api import PersonSerializer

EXAMPLE = {
    "id": 8812, "received_at": "2026-11-20T04:12:29.011000Z", "sender": {"username": "etl", "name": "ETL"},
    "token_name": "airflow", "kind": "run", "namespace": "shop.batch", "name": "daily_revenue",
    "event_type": "COMPLETE", "event_time": "2026-11-20T04:12:28.714000Z",
    "run_id": "01a1f727-e2a3-7876-a06e-da7d09f2b24c", "producer": "https://example.org/nightly", "size": 5120,
    "state": "understood", "notes": [], "worked_at": "2026-11-20T04:12:29.204000Z",
}  # fmt: skip


class ReceivedSerializer(serializers.ModelSerializer[ReceivedEvent]):
    """An event that came."""

    sender = PersonSerializer(allow_null=True, help_text="Who sent it; null once the account is gone.")
    kind = serializers.CharField(help_text="run, job or dataset; empty where it could not be told.")
    notes = serializers.ListField(child=serializers.CharField(), help_text="What could not be taken, and why.")

    class Meta:
        model = ReceivedEvent
        fields = (
            "id", "received_at", "sender", "token_name", "kind", "namespace", "name", "event_type", "event_time",
            "run_id", "producer", "size", "state", "notes", "worked_at",
        )  # fmt: skip


class ReceivedFacetSerializer(serializers.Serializer[Any]):
    about = serializers.CharField(help_text="run, job, or the name of a dataset.")
    name = serializers.CharField()
    understood = serializers.BooleanField(help_text="False: it is kept as it came.")


class ReceivedDetailSerializer(ReceivedSerializer):
    """An event that came, with what it says."""

    facets = ReceivedFacetSerializer(many=True)
    text = serializers.CharField(help_text="The event as it came; of a very large one the beginning.")

    class Meta(ReceivedSerializer.Meta):
        fields = (*ReceivedSerializer.Meta.fields, "facets", "text")  # type: ignore[assignment]


class ReceivedQuery(ListQuery):
    state = many_of(ReceivedEvent.State.choices, "What became of it.")
    kind = many_of([kind.value for kind in Kind], "What it is about.")
    q = text("Part of the name of its job, dataset or producer.", max_length=200)


class ReceivedEventsView(ApiView):
    """The received events."""

    query = ReceivedQuery

    @extend_schema(
        operation_id="lineage_events", tags=["lineage"], responses=page_of(ReceivedSerializer),
        examples=[OpenApiExample("A page", {"items": [EXAMPLE], "next": None, "previous": None}, response_only=True)],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Events that came, the latest first, for administrators: they name whatever producers name."""
        require_looker(request.user)
        wanted = self.wanted
        events = find_received(states=wanted.get("state"), kinds=wanted.get("kind"), q=wanted.get("q", ""))
        page = read_page(events, wanted, order=ORDER)
        return answer(request, page, ReceivedSerializer(page.items, many=True).data)


class ReceivedEventView(ApiView):
    """One received event."""

    @extend_schema(operation_id="lineage_event", tags=["lineage"], responses=ReceivedDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One event as it came, and which of its facets were understood."""
        person = require_looker(request.user)
        event = ReceivedEvent.objects.select_related("sender").filter(pk=pk).first()
        if event is None:
            raise Http404(NOTHING)
        found = seen(event, person)
        facets = ReceivedFacetSerializer(found.facets, many=True).data
        return Response(ReceivedSerializer(event).data | {"facets": facets, "text": found.text})
