"""The record over REST, for those who may read it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.handlers import NOTHING
from core.api.lists import answer, page_of, read_page
from core.api.query import ListQuery, many, text
from core.api.views import ApiView
from permissions.audit import note
from permissions.audit.actions import known_as
from permissions.audit.exporting import told
from permissions.audit.searching import ORDER, Sought, find_entries, network, require_reader
from permissions.models import AuditEntry

EXAMPLE = {
    "sequence": 4117, "at": "2026-11-20T09:14:03.120000+00:00", "action": "exception.granted",
    "label": "Exception granted", "actor_id": 7, "actor_name": "lena", "thing_kind": "permissions.ruleexception",
    "thing_id": "12", "thing_name": "Ada Archer: class:pii closed at sample", "before": None,
    "after": {"until": "2026-11-27T09:00:00+00:00"}, "note": "Works on the complaint of a customer.",
    "address": "10.1.2.3", "request_id": "0af7651916cd43dd8448eb211c80319c", "token_id": None, "token_name": "",
    "id": "0199c1f0-2a6c-7b30-9f3c-0d6f1f0b6a11", "digest": "1f2e3d4c.9a…", "hash": "1f2e3d4c.77…",
}  # fmt: skip


class EntrySerializer(serializers.Serializer[Any]):
    """One entry of the record."""

    sequence = serializers.IntegerField(allow_null=True, help_text="Its number; null until it is sealed.")
    at = serializers.DateTimeField()
    action = serializers.CharField(help_text="As `rule.created`.")
    label = serializers.CharField(help_text="The action in words.")  # type: ignore[assignment]
    actor_id = serializers.IntegerField(allow_null=True)
    actor_name = serializers.CharField(help_text="The person's username then; empty for strangers and Concord itself.")
    thing_kind = serializers.CharField()
    thing_id = serializers.CharField()
    thing_name = serializers.CharField(help_text="What it was called then.")
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField(allow_null=True)
    note = serializers.CharField()
    address = serializers.CharField(allow_null=True)
    request_id = serializers.CharField()
    token_id = serializers.IntegerField(allow_null=True)
    token_name = serializers.CharField()
    id = serializers.UUIDField()
    digest = serializers.CharField(help_text="Signs what the entry says.")
    hash = serializers.CharField(help_text="Chains it to the entry before.")


class RecordQuery(ListQuery):
    action = many("An action, as `rule.created`, or all of a topic, as `rule`.")
    person = text("Username of who did it.")
    thing = text("Part of what it was done to, or its kind and id, as `catalog.dataset:17`.")
    since = serializers.DateField(required=False, help_text="The first day, of UTC.")
    until = serializers.DateField(required=False, help_text="The last day.")
    address = text("The client's address, or a network as `10.1.0.0/16`.", max_length=50)
    request_id = text("Of one request.", max_length=64)

    def validate_address(self, value: str) -> str:
        try:
            network(value)
        except ValueError:
            raise serializers.ValidationError("Give an address or a network, as 10.1.2.3 or 10.1.0.0/16.") from None
        return value

    def validate_action(self, names: list[str]) -> list[str]:
        if unknown := [name for name in names if not known_as(name)]:
            raise serializers.ValidationError(f"There is no action or topic {', '.join(unknown)}.")
        return names


class RecordView(ApiView):
    """The record of who did what."""

    query = RecordQuery

    @extend_schema(
        operation_id="audit", tags=["audit"], responses=page_of(EntrySerializer),
        examples=[OpenApiExample("A page", {"items": [EXAMPLE], "next": None, "previous": None}, response_only=True)],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Entries, the latest first, for administrators and the data council. Hidden things are named in it."""
        person = require_reader(request.user)
        wanted = {name: value for name, value in self.wanted.items() if name not in ("limit", "cursor") and value}
        if wanted and "cursor" not in self.wanted:
            note("audit.searched", actor=person, after=wanted)
        sought = Sought(**{"actions" if name == "action" else name: value for name, value in wanted.items()})
        page = read_page(find_entries(sought), self.wanted, order=ORDER)
        return answer(request, page, [told(entry) for entry in page.items])


class EntryView(ApiView):
    """One entry."""

    @extend_schema(
        operation_id="audit_entry", tags=["audit"], responses=EntrySerializer,
        examples=[OpenApiExample("An exception", EXAMPLE, response_only=True)],
    )  # fmt: skip
    def get(self, request: Request, entry_id: UUID) -> Response:
        """All that one entry says."""
        require_reader(request.user)
        entry = AuditEntry.objects.filter(pk=entry_id).first()
        if entry is None:
            raise Http404(NOTHING)
        return Response(told(entry))
