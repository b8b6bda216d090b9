"""Roles over REST: who has them, giving and taking them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.handlers import NOTHING
from core.api.lists import answer, page_of, read_page
from core.api.problems import conflicts
from core.api.query import ListQuery, text
from core.api.views import ApiView
from permissions.api import PersonSerializer, TeamSerializer, reader
from permissions.appointing import give_role, require_administrator, take_role
from permissions.bodies import WhomBody, whom_of
from permissions.models import Role, RoleGrant, Team

EXAMPLE = {
    "id": 3, "role": "council", "person": None, "team": {"slug": "finance", "name": "Finance"},
    "given_by": {"username": "lena", "name": "Lena Brandt"}, "given_at": "2026-11-20T09:14:03Z",
}  # fmt: skip


class GivenSerializer(serializers.Serializer[Any]):
    """What a person or a team has, and by whom."""

    id = serializers.IntegerField()
    person = PersonSerializer(allow_null=True)
    team = TeamSerializer(allow_null=True)
    given_by = PersonSerializer(allow_null=True)
    given_at = serializers.DateTimeField()


class RoleGivenSerializer(GivenSerializer):
    """A role of a person or a team."""

    role = serializers.ChoiceField(choices=Role.choices)


class NewRoleSerializer(WhomBody):
    """Which role, and who has it."""

    role = serializers.ChoiceField(choices=Role.choices)


class GivenQuery(ListQuery):
    person = text("Username of somebody who has it, also by a team.")
    team = text("Short name of a team that has it.")


class RolesQuery(GivenQuery):
    role = serializers.ChoiceField(choices=Role.choices, required=False, help_text="Only this role.")


class RolesView(ApiView):
    """Who has which role."""

    query = RolesQuery

    @extend_schema(
        operation_id="roles", tags=["roles and grants"], responses=page_of(RoleGivenSerializer),
        examples=[OpenApiExample("A page", {"items": [EXAMPLE], "next": None, "previous": None}, response_only=True)],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Roles that were given, the latest first: for all to see."""
        reader(request)
        found = _roles().filter(given_as(self.wanted))
        if "role" in self.wanted:
            found = found.filter(role=self.wanted["role"])
        page = read_page(found, self.wanted, order=("-given_at", "-pk"))
        return answer(request, page, RoleGivenSerializer(page.items, many=True).data)

    @extend_schema(
        operation_id="give_role", tags=["roles and grants"], request=NewRoleSerializer,
        responses={201: RoleGivenSerializer},
        examples=[OpenApiExample("To a team", {"role": "council", "team": "finance"}, request_only=True)],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Give a role, as administrators may; it holds from the next request on. Giving it twice is giving it once."""
        actor = reader(request)
        require_administrator(actor)
        wish = NewRoleSerializer.read(request)
        given = give_role(actor=actor, role=wish["role"], whom=whom_of(wish))
        return Response(RoleGivenSerializer(given).data, status=HTTPStatus.CREATED)


class RoleView(ApiView):
    """One role that was given."""

    @extend_schema(operation_id="role", tags=["roles and grants"], responses=RoleGivenSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Who has it and who gave it."""
        reader(request)
        return Response(RoleGivenSerializer(_find(pk)).data)

    @extend_schema(
        operation_id="take_role", tags=["roles and grants"], request=None, responses={204: None, 409: OpenApiResponse()}
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Take a role back, as administrators may. 409 where no administrator would be left."""
        actor = reader(request)
        require_administrator(actor)
        with conflicts():
            take_role(actor=actor, grant=_find(pk))
        return Response(status=HTTPStatus.NO_CONTENT)


def given_as(wanted: dict[str, Any]) -> Q:
    """The condition on something given that `GivenQuery` asks for."""
    condition = Q()
    if "person" in wanted:
        named = Q(person__username__iexact=wanted["person"])
        by_team = Team.objects.filter(members__username__iexact=wanted["person"])
        condition &= named | Q(team__in=by_team)
    return condition & Q(team__slug=wanted["team"]) if "team" in wanted else condition


def _roles() -> QuerySet[RoleGrant]:
    return RoleGrant.objects.select_related("person", "team", "given_by")


def _find(pk: int) -> RoleGrant:
    found = _roles().filter(pk=pk).first()
    if found is None:
        raise Http404(NOTHING)
    return found
