"""Service accounts over REST, for administrators; their tokens are in `permissions.tokens.api`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.bodies import Body, YesNo
from core.api.etags import IF_MATCH, require_match, tag_of
from core.api.handlers import NOTHING
from core.api.lists import answer, page_of, read_page
from core.api.problems import Problem
from core.api.query import ListQuery, flag
from core.api.views import ApiView
from permissions.accounts.service_accounts import change_service_account, create_service_account, may_manage
from permissions.api import PersonSerializer, reader
from permissions.models import User


class ServiceAccountSerializer(serializers.Serializer[Any]):
    """An account of a program."""

    username = serializers.CharField()
    name = serializers.CharField(source="first_name")
    purpose = serializers.CharField(source="title", help_text="What it does.")
    answered_by = PersonSerializer(help_text="Who answers for it.")
    active = serializers.BooleanField(source="is_active", help_text="Its tokens are refused where this is false.")
    created_at = serializers.DateTimeField(source="date_joined")


class NewServiceAccountSerializer(Body):
    """What makes one."""

    username = serializers.SlugField(max_length=150)
    name = serializers.CharField(max_length=150)
    purpose = serializers.CharField(max_length=120, allow_blank=True, default="")
    answered_by = serializers.CharField(max_length=150, help_text="Username of the person who answers for it.")


class ServiceAccountChangeSerializer(Body):
    """What changes; what is left out stays."""

    answered_by = serializers.CharField(required=False, max_length=150, help_text="Username.")
    active = YesNo(required=False)


class ServiceAccountQuery(ListQuery):
    active = flag("Whether its tokens hold.")


class ServiceAccountsView(ApiView):
    """The list of service accounts."""

    query = ServiceAccountQuery

    @extend_schema(
        operation_id="service_accounts", tags=["service accounts"], responses=page_of(ServiceAccountSerializer)
    )
    def get(self, request: Request) -> Response:
        """All of them for administrators; for everyone else those that they answer for."""
        person = reader(request)
        accounts = User.objects.filter(is_service=True).select_related("answered_by")
        if not may_manage(person):
            accounts = accounts.filter(answered_by=person)
        if "active" in self.wanted:
            accounts = accounts.filter(is_active=self.wanted["active"])
        page = read_page(accounts, self.wanted, order=("username", "pk"))
        return answer(request, page, ServiceAccountSerializer(page.items, many=True).data)

    @extend_schema(
        operation_id="create_service_account", tags=["service accounts"], request=NewServiceAccountSerializer,
        responses={201: ServiceAccountSerializer, 409: OpenApiResponse()},
        examples=[OpenApiExample(
            "A scheduler", {"username": "airflow", "name": "Airflow", "purpose": "Reports runs", "answered_by": "ada"},
            request_only=True,
        )],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Make one. Administrators may; 409 where the username is taken."""
        person = _administrator(request)
        wish = NewServiceAccountSerializer.read(request)
        if User.objects.filter(username__iexact=wish["username"]).exists():
            raise Problem(HTTPStatus.CONFLICT, "Somebody has this username already. Choose another.")
        account = create_service_account(actor=person, **wish | {"answered_by": _named(wish["answered_by"])})
        return Response(ServiceAccountSerializer(account).data, status=HTTPStatus.CREATED)


class ServiceAccountView(ApiView):
    """One service account."""

    @extend_schema(operation_id="service_account", tags=["service accounts"], responses=ServiceAccountSerializer)
    def get(self, request: Request, username: str) -> Response:
        """What it is for and who answers for it."""
        return Response(ServiceAccountSerializer(_find(reader(request), username)).data)

    @extend_schema(
        operation_id="change_service_account", tags=["service accounts"], request=ServiceAccountChangeSerializer,
        responses={200: ServiceAccountSerializer, **{code: OpenApiResponse() for code in (412, 428)}},
        parameters=[IF_MATCH],
        examples=[OpenApiExample("Switch it off", {"active": False}, request_only=True)],
    )  # fmt: skip
    @transaction.atomic
    def patch(self, request: Request, username: str) -> Response:
        """Say who answers for it, or switch it off: its tokens are then refused at once. Administrators may."""
        person = _administrator(request)
        account = _find(person, username)
        User.objects.select_for_update().get(pk=account.pk)  # whoever else changes it waits
        wish = ServiceAccountChangeSerializer.read(request)
        require_match(request, ServiceAccountSerializer(account).data)
        answers: Any = _named(wish["answered_by"]) if "answered_by" in wish else account.answered_by
        active = wish.get("active", account.is_active)
        changed = change_service_account(actor=person, account=account, answered_by=answers, is_active=active)
        data = ServiceAccountSerializer(changed).data
        return Response(data, headers={"ETag": tag_of(data)})


def _administrator(request: Request) -> User:
    person = reader(request)
    if not may_manage(person):
        raise Problem(HTTPStatus.FORBIDDEN, "Administrators make and change service accounts.")
    return person


def _named(username: str) -> User:
    person = User.objects.filter(username__iexact=username, is_active=True, is_service=False).first()
    if person is None:
        raise serializers.ValidationError({"answered_by": ["No active person has this username."]})
    return person


def _find(person: User, username: str) -> User:
    account = User.objects.filter(is_service=True, username__iexact=username).select_related("answered_by").first()
    if account is None or not (may_manage(person) or account.answered_by == person):
        raise Http404(NOTHING)
    return account
