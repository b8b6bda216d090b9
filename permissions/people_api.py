"""People over REST."""

from __future__ import annotations

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
from core.api.problems import conflicts
from core.api.query import ListQuery, flag, text
from core.api.views import ApiView
from permissions.accounts.switching import let_in, shut_out
from permissions.api import PersonSerializer, TeamSerializer, reader
from permissions.appointing import require_administrator
from permissions.directory import ORDER, people, roles_given
from permissions.models import Role, User

EXAMPLE = {
    "username": "ada", "name": "Ada Archer", "title": "Controller", "active": True, "service": False,
    "teams": [{"slug": "finance", "name": "Finance"}],
}  # fmt: skip
WHOLE = EXAMPLE | {
    "email": "ada@example.org", "answered_by": None,
    "roles": [{"id": 3, "role": "council", "team": {"slug": "finance", "name": "Finance"}}],
}  # fmt: skip


class PersonLineSerializer(serializers.Serializer[Any]):
    """A person with what they do."""

    username = serializers.CharField()
    name = serializers.CharField(source="__str__")
    title = serializers.CharField(help_text="The job title; of a program, what it does.")
    active = serializers.BooleanField(source="is_active", help_text="False where the account is closed.")
    service = serializers.BooleanField(source="is_service", help_text="A program's account.")
    teams = TeamSerializer(many=True)


class RoleHeldSerializer(serializers.Serializer[Any]):
    """A role, and the team by which somebody has it."""

    id = serializers.IntegerField()
    role = serializers.ChoiceField(choices=Role.choices)
    team = TeamSerializer(allow_null=True)


class PersonDetailSerializer(PersonLineSerializer):
    """A person with what they may do everywhere; what they may do to one thing is told by `grants`."""

    email = serializers.CharField()
    answered_by = PersonSerializer(allow_null=True, help_text="Who answers for a program.")
    roles = serializers.SerializerMethodField()

    def get_roles(self, person: User) -> list[dict[str, Any]]:
        held = roles_given(person) if person.is_active else []
        return list(RoleHeldSerializer(held, many=True).data)

    get_roles._spectacular_annotation = {"field": RoleHeldSerializer(many=True)}  # type: ignore[attr-defined]


class PersonChangeSerializer(Body):
    """What changes; what is left out stays."""

    active = YesNo(required=False, help_text="false closes the account, true opens it again.")


class PeopleQuery(ListQuery):
    q = text("Words of the name, the username or the job title, all of which occur.", max_length=120)
    team = text("Short name of a team they are in.")
    active = flag("false: those whose accounts are closed; else those whose accounts are open.")


class PeopleView(ApiView):
    """Everybody."""

    query = PeopleQuery

    @extend_schema(
        operation_id="people", tags=["people and teams"], responses=page_of(PersonLineSerializer),
        examples=[OpenApiExample("A page", {"items": [EXAMPLE], "next": None, "previous": None}, response_only=True)],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """People by name; programs are among the service accounts."""
        reader(request)
        found = people(self.wanted.get("q", ""), closed=not self.wanted.get("active", True))
        if "team" in self.wanted:
            found = found.filter(teams__slug=self.wanted["team"])
        page = read_page(found.prefetch_related("teams"), self.wanted, order=ORDER)
        return answer(request, page, PersonLineSerializer(page.items, many=True).data)


class PersonView(ApiView):
    """One person."""

    @extend_schema(
        operation_id="person", tags=["people and teams"], responses=PersonDetailSerializer,
        examples=[OpenApiExample("Ada", WHOLE, response_only=True)],
    )  # fmt: skip
    def get(self, request: Request, username: str) -> Response:
        """Who somebody is, and which roles they have."""
        reader(request)
        return Response(PersonDetailSerializer(_find(username)).data)

    @extend_schema(
        operation_id="change_person", tags=["people and teams"], request=PersonChangeSerializer, parameters=[IF_MATCH],
        responses={200: PersonDetailSerializer, **{code: OpenApiResponse() for code in (409, 412, 428)}},
        examples=[OpenApiExample("Close the account", {"active": False}, request_only=True)],
    )  # fmt: skip
    @transaction.atomic
    def patch(self, request: Request, username: str) -> Response:
        """Close an account or open it again, as administrators may: sessions and tokens end at once.

        409 for one's own account, and for the last administrator. Programs are switched among the service accounts.
        """
        actor = reader(request)
        require_administrator(actor)
        person = _find(username, is_service=False)
        User.objects.select_for_update().get(pk=person.pk)  # whoever else changes it waits
        wish = PersonChangeSerializer.read(request)
        require_match(request, PersonDetailSerializer(person).data)
        if "active" in wish and wish["active"] != person.is_active:
            with conflicts():
                (let_in if wish["active"] else shut_out)(actor=actor, person=person)
        data = PersonDetailSerializer(_find(username)).data
        return Response(data, headers={"ETag": tag_of(data)})


def _find(username: str, **more: Any) -> User:
    rows = User.objects.select_related("answered_by").prefetch_related("teams")
    found = rows.filter(username__iexact=username, **more).first()
    if found is None:
        raise Http404(NOTHING)
    return found
