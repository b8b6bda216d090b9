"""Exceptions over REST: the list, and standing ones made, kept and ended."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.bodies import Body
from core.api.lists import answer, page_of, read_page
from core.api.problems import Problem
from core.api.query import ListQuery
from core.api.views import ApiView
from permissions.api import PersonSerializer, TeamSerializer, reader
from permissions.appointing import given_to
from permissions.bodies import WhomBody, whom_of
from permissions.exceptions.reading import (
    STATES,
    Line,
    in_state,
    readable_exception,
    readable_exceptions,
    told_exceptions,
    waivable_rules,
)
from permissions.exceptions.services import extend_exception, make_exception, withdraw_exception
from permissions.models.requests import LEAST_PURPOSE, MOST_PURPOSE
from permissions.models.rules import LONGEST_LABEL

CONFLICT = {409: OpenApiResponse()}
LARGEST = 2**63 - 1
STATE_CHOICES = [("active", "active"), ("planned", "planned"), ("ended", "ended"), ("withdrawn", "withdrawn")]


class ExceptionSerializer(serializers.Serializer[Any]):
    """A rule waived for a person or a team, until a day."""

    id = serializers.IntegerField()
    rule = serializers.IntegerField()
    owner = PersonSerializer(help_text="Who answers for the rule.")
    person = PersonSerializer(allow_null=True)
    team = TeamSerializer(allow_null=True)
    opens = serializers.CharField(help_text="What it opens, in words; nothing that is hidden from you is named.")
    label = serializers.CharField(allow_null=True, help_text="Only for this; empty for the whole rule.")  # type: ignore[assignment]
    purpose = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=STATE_CHOICES)
    approved_by = PersonSerializer()
    starts_at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    request = serializers.IntegerField(allow_null=True, help_text="The request that asked for it.")


class NewExceptionSerializer(WhomBody):
    """A standing exception: from which rule, for whom, why, until when."""

    rule = serializers.IntegerField(min_value=1, max_value=LARGEST)
    label = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_LABEL, default="")  # type: ignore[assignment]
    purpose = serializers.CharField(min_length=LEAST_PURPOSE, max_length=MOST_PURPOSE)
    until = serializers.DateField(help_text="Its last day, in UTC.")


class KeepSerializer(Body):
    """Until when it is kept."""

    until = serializers.DateField(help_text="Its last day, in UTC.")


class EndSerializer(Body):
    """Why it ends now."""

    because = serializers.CharField(min_length=5, max_length=2_000)


class ExceptionsQuery(ListQuery):
    state = serializers.ChoiceField(
        choices=[(one, one) for one in STATES], required=False, help_text="`due` are standing and end within two weeks."
    )
    rule = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST, help_text="From this rule.")


class ExceptionsView(ApiView):
    """The list of exceptions."""

    query = ExceptionsQuery

    @extend_schema(operation_id="exceptions", tags=["access"], responses=page_of(ExceptionSerializer))
    def get(self, request: Request) -> Response:
        """Exceptions that concern you: yours, your teams', and those from rules you answer for; newest first."""
        person, wanted = reader(request), self.wanted
        found = readable_exceptions(person)
        if state := wanted.get("state"):
            found = in_state(found, state)
        if rule := wanted.get("rule"):
            found = found.filter(rule=rule)
        page = read_page(found, wanted, order=("-starts_at", "-pk"))
        return answer(request, page, [_told(line) for line in told_exceptions(person, page.items)])

    @extend_schema(
        operation_id="make_exception", tags=["access"], request=NewExceptionSerializer,
        responses={201: ExceptionSerializer, **CONFLICT},
        examples=[OpenApiExample("For a team", {
            "rule": 12, "team": "audit", "purpose": "The yearly audit of pay.", "until": "2027-01-31",
        }, request_only=True)],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Make a standing exception from a rule of yours, or as the council; never for yourself."""
        person, wish = reader(request), NewExceptionSerializer.read(request)
        rule = waivable_rules(person).filter(pk=wish["rule"]).first()
        if rule is None:
            raise serializers.ValidationError({"rule": ["You have no such rule to make exceptions from."]})
        whom: dict[str, Any] = given_to(whom_of(wish))
        made = make_exception(
            actor=person, rule=rule, label=wish["label"], purpose=wish["purpose"], until=wish["until"],
            **whom,
        )  # fmt: skip
        return Response(_told(readable_exception(person, made.pk)), status=HTTPStatus.CREATED)


class ExceptionView(ApiView):
    """One exception."""

    @extend_schema(operation_id="exception", tags=["access"], responses=ExceptionSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """An exception that concerns you."""
        return Response(_told(readable_exception(reader(request), pk)))


class ExtendView(ApiView):
    """Keeping an exception for longer."""

    @extend_schema(
        operation_id="extend_exception", tags=["access"], request=KeepSerializer,
        responses={200: ExceptionSerializer, **CONFLICT},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Move the end of an exception, having looked at it again. 409 when it has ended."""
        person, wish = reader(request), KeepSerializer.read(request)
        line = readable_exception(person, pk)
        _require_holding(line)
        extend_exception(actor=person, exception=line.exception, until=wish["until"])
        return Response(_told(readable_exception(person, pk)))


class EndView(ApiView):
    """Ending an exception."""

    @extend_schema(
        operation_id="withdraw_exception", tags=["access"], request=EndSerializer,
        responses={200: ExceptionSerializer, **CONFLICT},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """End an exception now and say why; the person is told. 409 when it has ended."""
        person, wish = reader(request), EndSerializer.read(request)
        line = readable_exception(person, pk)
        _require_holding(line)
        withdraw_exception(actor=person, exception=line.exception, because=wish["because"])
        return Response(_told(readable_exception(person, pk)))


def _require_holding(line: Line) -> None:
    if line.exception.state not in ("active", "planned"):
        raise Problem(HTTPStatus.CONFLICT, f"This exception is {line.exception.state} already.")


def _told(line: Line) -> dict[str, Any]:
    one, known = line.exception, line.known
    plain = ("id", "person", "team", "state", "approved_by", "starts_at", "until", "withdrawn_at")
    told = {name: getattr(one, name) for name in plain} | {
        "rule": one.rule_id, "owner": one.rule.owner, "opens": line.opens, "label": one.label if known else None,
        "purpose": one.purpose if known else None, "request": line.request.pk if line.request else None,
    }  # fmt: skip
    return dict(ExceptionSerializer(told).data)
