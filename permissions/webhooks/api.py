"""Webhooks over REST, for administrators."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.api.bodies import PLAIN, Body, YesNo
from core.api.etags import IF_MATCH, require_match, tag_of
from core.api.handlers import NOTHING
from core.api.lists import answer, page_of, read_page
from core.api.query import ListQuery
from core.api.views import ApiView
from notifications.models import Delivery, Webhook
from permissions.api import PersonSerializer, reader
from permissions.appointing import require_administrator
from permissions.bodies import person_named
from permissions.tokens.services import may_make_tokens_of
from permissions.webhooks.services import (
    change_key,
    change_webhook,
    create_webhook,
    remove_webhook,
    replay,
    send_test,
    switch_webhook,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

    from permissions.models import User

STATES = [(one, one) for one in ("new", "working", "failing", "off")]
EXAMPLE = {
    "name": "Data platform", "url": "https://hooks.example.org/concord", "topics": ["rule", "grant"], "format": "json",
}  # fmt: skip
MOST_TOPICS = 100


class WebhookSerializer(serializers.Serializer[Any]):
    """A webhook. Neither its address nor its key is told again."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    host = serializers.CharField(help_text="Where it leads; the rest of the address is kept as a secret is.")
    format = serializers.ChoiceField(choices=Webhook.Format.choices)
    topics = serializers.ListField(child=serializers.CharField(), help_text="As `rule`: every change of a rule.")
    speaks_for = PersonSerializer(help_text="It is told what this account may know.")
    owner = PersonSerializer(help_text="Who is told when it is switched off.")
    state = serializers.ChoiceField(choices=STATES)
    off_because = serializers.CharField()
    made_at = serializers.DateTimeField()
    arrived_at = serializers.DateTimeField(allow_null=True, help_text="The last success.")
    failing_since = serializers.DateTimeField(allow_null=True)


class MadeWebhookSerializer(WebhookSerializer):
    """A webhook with its key, which is shown this once."""

    key = serializers.CharField(help_text="By which receivers check signatures: `whsec_…`.")


class DeliverySerializer(serializers.Serializer[Any]):
    """One event for one webhook; what it says is worked out each time it is sent."""

    id = serializers.IntegerField()
    message_id = serializers.CharField(help_text="Its `webhook-id`, the same each time.")
    kind = serializers.CharField(help_text="As `rule.created`.")
    happened_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=Delivery.State.choices)
    attempts = serializers.IntegerField()
    due_at = serializers.DateTimeField(help_text="Of one that waits: when it is tried again.")
    sent_at = serializers.DateTimeField(allow_null=True)
    status = serializers.IntegerField(allow_null=True, help_text="What the last attempt was answered.")
    answer = serializers.CharField(help_text="How it was answered. Empty where you could not have made the webhook.")


def _topics(**more: Any) -> serializers.ListField:
    child = serializers.RegexField(PLAIN, max_length=60)
    return serializers.ListField(child=child, min_length=1, max_length=MOST_TOPICS, **more)


class WebhookChangeSerializer(Body):
    """What changes; what is left out stays."""

    name = serializers.CharField(max_length=80, required=False)
    url = serializers.CharField(max_length=2_000, required=False, help_text="Begins with `https://`.")
    topics = _topics(required=False)
    format = serializers.ChoiceField(choices=Webhook.Format.choices, required=False)
    on = YesNo(required=False, help_text="false stops it, true has it go on from where it stopped.")


class NewWebhookSerializer(Body):
    """What makes one."""

    name = serializers.CharField(max_length=80)
    url = serializers.CharField(max_length=2_000, help_text="Begins with `https://`.")
    topics = _topics(help_text="As `rule`: every change of a rule.")
    format = serializers.ChoiceField(choices=Webhook.Format.choices, default=Webhook.Format.JSON)
    speaks_for = serializers.CharField(
        max_length=150, required=False, help_text="Username of a service account; you, when not given."
    )


class DeliveryQuery(ListQuery):
    state = serializers.ChoiceField(choices=Delivery.State.choices, required=False, help_text="`dead`: given up.")


class WebhooksView(ApiView):
    """The list of webhooks."""

    query = ListQuery

    @extend_schema(operation_id="webhooks", tags=["webhooks"], responses=page_of(WebhookSerializer))
    def get(self, request: Request) -> Response:
        """Webhooks by name, for administrators."""
        _administrator(request)
        page = read_page(_rows(), self.wanted, order=("name", "pk"))
        return answer(request, page, WebhookSerializer(page.items, many=True).data)

    @extend_schema(
        operation_id="create_webhook", tags=["webhooks"], request=NewWebhookSerializer,
        responses={201: MadeWebhookSerializer}, examples=[OpenApiExample("One", EXAMPLE, request_only=True)],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Make a webhook that is told what happens from now on; the answer holds its key, this once."""
        actor = _administrator(request)
        wish = NewWebhookSerializer.read(request)
        account = person_named(wish.pop("speaks_for"), "speaks_for") if "speaks_for" in wish else None
        made = create_webhook(actor=actor, speaks_for=account, **wish)
        return Response(_with_key(made.webhook, made.key), status=HTTPStatus.CREATED)


class WebhookView(ApiView):
    """One webhook."""

    @extend_schema(operation_id="webhook", tags=["webhooks"], responses=WebhookSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What it is told, and how it fares."""
        _administrator(request)
        return Response(WebhookSerializer(_find(pk)).data)

    @extend_schema(
        operation_id="change_webhook", tags=["webhooks"], request=WebhookChangeSerializer, parameters=[IF_MATCH],
        responses={200: WebhookSerializer, **{code: OpenApiResponse() for code in (412, 428)}},
        examples=[OpenApiExample("Stop it", {"on": False}, request_only=True)],
    )  # fmt: skip
    @transaction.atomic
    def patch(self, request: Request, pk: int) -> Response:
        """Change it, where you could have made it; stop it, or have it go on."""
        actor, webhook = _administrator(request), _find(pk)
        Webhook.objects.select_for_update().get(pk=pk)  # whoever else changes it waits
        wish = WebhookChangeSerializer.read(request)
        require_match(request, WebhookSerializer(webhook).data)
        on = wish.pop("on", None)
        if wish:
            kept = {name: getattr(webhook, name) for name in ("name", "topics", "format")}
            change_webhook(actor=actor, webhook=webhook, **kept | wish)
        if on is not None:
            switch_webhook(actor=actor, webhook=webhook, on=on)
        data = WebhookSerializer(_find(pk)).data
        return Response(data, headers={"ETag": tag_of(data)})

    @extend_schema(operation_id="remove_webhook", tags=["webhooks"], request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Remove it with its deliveries."""
        remove_webhook(actor=_administrator(request), webhook=_find(pk))
        return Response(status=HTTPStatus.NO_CONTENT)


class WebhookKeyView(ApiView):
    """The key by which a receiver knows what comes from here."""

    @extend_schema(operation_id="change_webhook_key", tags=["webhooks"], request=None, responses=MadeWebhookSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Give it another key, shown this once. For a day the old one signs as well."""
        made = change_key(actor=_administrator(request), webhook=_find(pk))
        return Response(_with_key(_find(pk), made.key))


class WebhookTestView(ApiView):
    """Trying a webhook."""

    @extend_schema(operation_id="test_webhook", tags=["webhooks"], request=None, responses={201: DeliverySerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Have it sent something that tells nothing."""
        made = send_test(actor=_administrator(request), webhook=_find(pk))
        return Response(DeliverySerializer(made).data, status=HTTPStatus.CREATED)


class DeliveriesView(ApiView):
    """What one webhook was sent."""

    query = DeliveryQuery

    @extend_schema(operation_id="webhook_deliveries", tags=["webhooks"], responses=page_of(DeliverySerializer))
    def get(self, request: Request, pk: int) -> Response:
        """Deliveries of the last 30 days, the latest first."""
        actor, webhook = _administrator(request), _find(pk)
        found = webhook.deliveries.all()
        if "state" in self.wanted:
            found = found.filter(state=self.wanted["state"])
        page = read_page(found, self.wanted, order=("-happened_at", "-pk"))
        return answer(request, page, [_told(actor, webhook, one) for one in page.items])


class ReplayView(ApiView):
    """Sending again."""

    @extend_schema(operation_id="replay_delivery", tags=["webhooks"], request=None, responses=DeliverySerializer)
    def post(self, request: Request, pk: int, delivery: int) -> Response:
        """Have a delivery sent again, with the same `webhook-id` and what its account may know by then."""
        actor, webhook = _administrator(request), _find(pk)
        found = webhook.deliveries.filter(pk=delivery).first()
        if found is None:
            raise Http404(NOTHING)
        replay(actor=actor, webhook=webhook, delivery=found)
        found.refresh_from_db()
        return Response(_told(actor, webhook, found))


def _administrator(request: Request) -> User:
    actor = reader(request)
    require_administrator(actor)
    return actor


def _rows() -> QuerySet[Webhook]:
    return Webhook.objects.select_related("speaks_for", "owner")


def _find(pk: int) -> Webhook:
    found = _rows().filter(pk=pk).first()
    if found is None:
        raise Http404(NOTHING)
    return found


def _told(actor: User, webhook: Webhook, delivery: Delivery) -> dict[str, Any]:
    """A receiver may answer with what it was sent, which is for whom the webhook speaks."""
    hushed = {} if may_make_tokens_of(actor, webhook.speaks_for) else {"answer": ""}
    return dict(DeliverySerializer(delivery).data) | hushed


def _with_key(webhook: Webhook, key: str) -> dict[str, Any]:
    return dict(WebhookSerializer(webhook).data) | {"key": key}
