"""Requests for access over REST: ask, see what came of it, decide, take back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.bodies import Body, YesNo
from core.api.lists import answer, page_of, read_page
from core.api.problems import Problem
from core.api.query import ListQuery, flag, many_of
from core.api.views import ApiView
from permissions.access_requests.asking import AlreadyAsked, ask, withdraw_request
from permissions.access_requests.deciding import Decided, approve, decline
from permissions.access_requests.reading import (
    RequestPage,
    decisions_for,
    readable_request,
    readable_requests,
    told_requests,
)
from permissions.api import PersonSerializer, TeamSerializer, reader
from permissions.levels import Level
from permissions.models import AccessRequest, AskedRule, Team
from permissions.models.requests import LEAST_PURPOSE, MOST_PURPOSE, MOST_WORDS
from permissions.things import find_thing

CONFLICT = {409: OpenApiResponse()}
THING = "Its kind and id, as `dataset:7`, `field:31`, `source:2` or `container:5`."


class AccessRequestSerializer(serializers.Serializer[Any]):
    """A request in a list."""

    id = serializers.IntegerField()
    asker = PersonSerializer()
    team = TeamSerializer(allow_null=True, help_text="Asked for all of this team.")
    thing = serializers.CharField(allow_null=True, help_text=f"{THING} Null where it is hidden from you.")
    title = serializers.CharField(allow_null=True, help_text="Null where it is hidden from you.")
    level = serializers.ChoiceField(choices=Level.choices)
    purpose = serializers.CharField()
    days = serializers.IntegerField(help_text="How long, from the day of approval.")
    state = serializers.ChoiceField(choices=AccessRequest.State.choices)
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class AskedRuleSerializer(serializers.Serializer[Any]):
    """What is asked of one rule."""

    rule = serializers.IntegerField()
    owner = PersonSerializer()
    reason = serializers.CharField(allow_null=True, help_text="Null where the thing is hidden from you.")
    state = serializers.ChoiceField(choices=AskedRule.State.choices)
    decided_by = PersonSerializer(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    words = serializers.CharField(allow_null=True)
    exception = serializers.IntegerField(allow_null=True, help_text="The exception that was made.")
    yours = serializers.BooleanField(help_text="Whether you may decide it now.")


class OneAccessRequestSerializer(AccessRequestSerializer):
    """A request with the rules in the way."""

    rules = AskedRuleSerializer(many=True)


class AskSerializer(Body):
    """What is asked for."""

    thing = serializers.CharField(max_length=40, help_text=THING)
    level = serializers.ChoiceField(choices=Level.choices, default=Level.READ)
    purpose = serializers.CharField(min_length=LEAST_PURPOSE, max_length=MOST_PURPOSE)
    days = serializers.IntegerField(min_value=1, max_value=3650)
    team = serializers.SlugField(required=False, help_text="A team that you are in, to ask for all of it.")


class DecisionSerializer(Body):
    """What is decided about one rule."""

    rule = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="As `rules` of the request has it.")
    approve = YesNo()
    until = serializers.DateField(required=False, help_text="Last day of the exception, in UTC; to approve.")
    whole_rule = YesNo(default=False, help_text="Waive the rule for all that it closes, and not only the thing.")
    words = serializers.CharField(
        required=False, allow_blank=True, max_length=MOST_WORDS, default="", help_text="Why; required to decline."
    )


class RequestsQuery(ListQuery):
    state = many_of(AccessRequest.State.choices, "In one of these states.")
    waiting = flag("Those that you may decide now.")


class AccessRequestsView(ApiView):
    """The list of requests."""

    query = RequestsQuery

    @extend_schema(
        operation_id="access_requests", tags=["access"], responses=page_of(AccessRequestSerializer)
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Requests that concern you: your own, and those of rules you answer for; newest first."""
        person, wanted = reader(request), self.wanted
        found = (decisions_for if wanted.get("waiting") else readable_requests)(person).select_related("asker", "team")
        if states := wanted.get("state"):
            found = found.filter(state__in=states)
        page = read_page(found, wanted, order=("-created_at", "-pk"))
        return answer(request, page, [_line(one.request, one.known) for one in told_requests(person, page.items)])

    @extend_schema(
        operation_id="ask_for_access", tags=["access"], request=AskSerializer,
        responses={201: OneAccessRequestSerializer, **CONFLICT},
        examples=[OpenApiExample("To read a dataset for a week", {
            "thing": "dataset:231", "level": "read", "purpose": "To reconcile last quarter's pay.", "days": 7,
        }, request_only=True)],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Ask each rule that keeps something from you for an exception. 409 when you have asked already."""
        person, wish = reader(request), AskSerializer.read(request)
        thing = find_thing(person, wish["thing"])
        try:
            made = ask(
                actor=person, thing=thing, level=Level(wish["level"]), purpose=wish["purpose"], days=wish["days"],
                team=_team(wish.get("team")),
            )  # fmt: skip
        except AlreadyAsked as error:
            raise Problem(HTTPStatus.CONFLICT, error.messages[0], request=error.request.pk) from error
        return Response(_whole(readable_request(person, made.pk)), status=HTTPStatus.CREATED)


class AccessRequestView(ApiView):
    """One request."""

    @extend_schema(operation_id="access_request", tags=["access"], responses=OneAccessRequestSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """A request that concerns you, with how each rule in the way was decided."""
        return Response(_whole(readable_request(reader(request), pk)))


class WithdrawView(ApiView):
    """Taking a request back."""

    @extend_schema(
        operation_id="withdraw_access_request", tags=["access"], request=None,
        responses={200: OneAccessRequestSerializer, **CONFLICT},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Take your request back, and give back what it brought. 409 when there is nothing left to withdraw."""
        person = reader(request)
        page = readable_request(person, pk)
        if not withdraw_request(actor=person, request=page.request):
            raise Problem(HTTPStatus.CONFLICT, "There is nothing left to withdraw.")
        return Response(_whole(readable_request(person, pk)))


class DecideView(ApiView):
    """Deciding what is asked of one rule."""

    @extend_schema(
        operation_id="decide_access_request", tags=["access"], request=DecisionSerializer,
        responses={200: OneAccessRequestSerializer, **CONFLICT},
        examples=[OpenApiExample(
            "For a week", {"rule": 12, "approve": True, "until": "2026-12-01"}, request_only=True
        )],
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Approve or decline what a request asks of one rule. 409 when that was decided before."""
        person, wish = reader(request), DecisionSerializer.read(request)
        page = readable_request(person, pk)
        part = next((one for one in page.parts if one.rule_id == wish["rule"]), None)
        if part is None:
            raise serializers.ValidationError({"rule": ["The request asks nothing of this rule."]})
        try:
            _decide(person, part, wish)
        except Decided as error:
            raise Problem(HTTPStatus.CONFLICT, error.messages[0]) from error
        return Response(_whole(readable_request(person, pk)))


def _decide(person: Any, part: AskedRule, wish: dict[str, Any]) -> None:
    if not wish["approve"]:
        decline(actor=person, asked=part, words=wish["words"])
    elif "until" not in wish:
        raise serializers.ValidationError({"until": ["Say until which day."]})
    else:
        approve(
            actor=person, asked=part, until=wish["until"], whole_rule=wish["whole_rule"], words=wish["words"]
        )  # fmt: skip


def _team(slug: str | None) -> Team | None:
    if slug is None:
        return None
    team = Team.objects.filter(slug=slug).first()
    if team is None:
        raise ValidationError({"team": "You can ask for a team that you are in."})
    return team


def _line(request: AccessRequest, known: bool) -> dict[str, Any]:
    named = {
        "thing": f"{request.thing_kind}:{request.thing_id}" if known else None,
        "title": request.title if known else None,
    }
    plain = ("id", "asker", "team", "level", "purpose", "days", "state", "created_at", "closed_at")
    return dict(AccessRequestSerializer({name: getattr(request, name) for name in plain} | named).data)


def _whole(page: RequestPage) -> dict[str, Any]:
    known, yours = page.thing is not None, {part.pk for part in page.to_decide}
    rules = [
        {
            "rule": part.rule_id, "owner": part.rule.owner, "reason": part.rule.reason if known else None,
            "state": part.state, "decided_by": part.decided_by, "decided_at": part.decided_at,
            "words": part.words if known else None, "exception": part.exception_id, "yours": part.pk in yours,
        }
        for part in page.parts
    ]  # fmt: skip
    return _line(page.request, known) | {"rules": AskedRuleSerializer(rules, many=True).data}
