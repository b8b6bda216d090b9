"""Teams over REST, and who is in them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.bodies import PLAIN, Body
from core.api.etags import IF_MATCH, require_match, tag_of
from core.api.handlers import NOTHING
from core.api.lists import answer, page_of, read_page
from core.api.problems import Problem, conflicts
from core.api.query import ListQuery, text
from core.api.views import ApiView
from permissions import teams as services
from permissions.api import PersonSerializer, TeamSerializer, reader
from permissions.appointing import require_administrator
from permissions.bodies import NO_NESTING, people_named, person_named
from permissions.directory import ORDER, members, roles_given, teams
from permissions.models import Role, Team, User
from permissions.people_api import PersonLineSerializer

MANAGED = [("here", "here"), ("provider", "provider"), ("scim", "scim")]
MOST_MANAGERS = 100
EXAMPLE = {
    "slug": "finance", "name": "Finance", "managed": "here", "roles": ["council"],
    "managers": [{"username": "lena", "name": "Lena Brandt"}],
}  # fmt: skip


class TeamLineSerializer(TeamSerializer):
    """A team, and where it is said who is in it."""

    managed = serializers.SerializerMethodField()

    class Meta(TeamSerializer.Meta):
        fields: Any = ("slug", "name", "managed")

    def get_managed(self, team: Team) -> str:
        return team.managed_by or "here"

    get_managed._spectacular_annotation = {  # type: ignore[attr-defined]
        "field": serializers.ChoiceField(
            choices=MANAGED, help_text="Where members are named: here, by groups of the sign-in provider, or by SCIM."
        )
    }


class TeamDetailSerializer(TeamLineSerializer):
    """A team with who manages it and the roles of all in it."""

    managers = PersonSerializer(many=True, help_text="They say who is in it, besides administrators.")
    roles = serializers.SerializerMethodField()

    class Meta(TeamSerializer.Meta):
        fields: Any = ("slug", "name", "managed", "managers", "roles")

    def get_roles(self, team: Team) -> list[str]:
        return [grant.role for grant in roles_given(team)]

    get_roles._spectacular_annotation = {  # type: ignore[attr-defined]
        "field": serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))
    }


def _managers() -> serializers.ListField:
    child = serializers.RegexField(PLAIN, max_length=150)
    return serializers.ListField(child=child, required=False, max_length=MOST_MANAGERS, help_text="Usernames.")


class NewTeamSerializer(Body):
    """What makes a team."""

    slug = serializers.SlugField(max_length=50, help_text="Part of its address and of rules: never changed.")
    name = serializers.CharField(max_length=120)
    managers = _managers()


class TeamChangeSerializer(Body):
    """What changes; what is left out stays."""

    name = serializers.CharField(max_length=120, required=False)
    managers = _managers()


class MemberSerializer(Body):
    """Who joins."""

    person = serializers.CharField(max_length=150, help_text="A username. Teams hold people and no other teams.")


class TeamsQuery(ListQuery):
    q = text("Words of the name or the short name, all of which occur.", max_length=120)
    person = text("Username of somebody who is in it.")


class TeamsView(ApiView):
    """Every team."""

    query = TeamsQuery

    @extend_schema(operation_id="teams", tags=["people and teams"], responses=page_of(TeamLineSerializer))
    def get(self, request: Request) -> Response:
        """Teams by name."""
        reader(request)
        found = teams(self.wanted.get("q", ""))
        if "person" in self.wanted:
            found = found.filter(members__username__iexact=self.wanted["person"])
        page = read_page(found, self.wanted, order=("name", "pk"))
        return answer(request, page, TeamLineSerializer(page.items, many=True).data)

    @extend_schema(
        operation_id="create_team", tags=["people and teams"], request=NewTeamSerializer,
        responses={201: TeamDetailSerializer, 409: OpenApiResponse()},
        examples=[OpenApiExample(
            "A team", {"slug": "finance", "name": "Finance", "managers": ["lena"]}, request_only=True,
        )],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Make a team, as administrators may. 409 where another has the short name."""
        actor = reader(request)
        require_administrator(actor)
        wish = NewTeamSerializer.read(request)
        if Team.objects.filter(slug=wish["slug"]).exists():
            raise Problem(HTTPStatus.CONFLICT, "A team has this short name already. Choose another.")
        managers = people_named(wish.get("managers", []), "managers")
        made = services.create_team(actor=actor, name=wish["name"], slug=wish["slug"], managers=managers)
        return Response(TeamDetailSerializer(made).data, status=HTTPStatus.CREATED)


class TeamView(ApiView):
    """One team."""

    @extend_schema(
        operation_id="team", tags=["people and teams"], responses=TeamDetailSerializer,
        examples=[OpenApiExample("Finance", EXAMPLE, response_only=True)],
    )  # fmt: skip
    def get(self, request: Request, slug: str) -> Response:
        """Who manages a team, and which roles all in it have."""
        reader(request)
        return Response(TeamDetailSerializer(find_team(slug)).data)

    @extend_schema(
        operation_id="change_team", tags=["people and teams"], request=TeamChangeSerializer, parameters=[IF_MATCH],
        responses={200: TeamDetailSerializer, **{code: OpenApiResponse() for code in (412, 428)}},
        examples=[OpenApiExample("Rename it", {"name": "Finance and tax"}, request_only=True)],
    )  # fmt: skip
    @transaction.atomic
    def patch(self, request: Request, slug: str) -> Response:
        """Rename a team, as its managers and administrators may; administrators also say who manages it."""
        actor, team = reader(request), find_team(slug)
        wish = TeamChangeSerializer.read(request)
        Team.objects.select_for_update().get(pk=team.pk)  # whoever else changes it waits
        require_match(request, TeamDetailSerializer(team).data)
        managers = None
        if "managers" in wish:
            require_administrator(actor)
            managers = people_named(wish["managers"], "managers")
        services.change_team(actor=actor, team=team, name=wish.get("name", team.name), managers=managers)
        data = TeamDetailSerializer(find_team(slug)).data
        return Response(data, headers={"ETag": tag_of(data)})


class TeamMembersView(ApiView):
    """Who is in a team."""

    query = ListQuery

    @extend_schema(operation_id="team_members", tags=["people and teams"], responses=page_of(PersonLineSerializer))
    def get(self, request: Request, slug: str) -> Response:
        """Those in a team whose accounts are open, by name."""
        reader(request)
        found = members(find_team(slug)).prefetch_related("teams")
        page = read_page(found, self.wanted, order=ORDER)
        return answer(request, page, PersonLineSerializer(page.items, many=True).data)

    @extend_schema(
        operation_id="add_team_member", tags=["people and teams"], request=MemberSerializer,
        responses={201: PersonLineSerializer},
        examples=[OpenApiExample("Ada joins", {"person": "ada"}, request_only=True)],
    )  # fmt: skip
    def post(self, request: Request, slug: str) -> Response:
        """Put somebody into a team, who then has what it has. Doing it twice is doing it once.

        Administrators may, and managers of a team that has no role. A team in a team is refused.
        """
        actor, team = reader(request), find_team(slug)
        wish = MemberSerializer.read(request)
        services.add_member(actor=actor, team=team, person=_member(wish["person"]))
        added = User.objects.prefetch_related("teams").get(username__iexact=wish["person"])
        return Response(PersonLineSerializer(added).data, status=HTTPStatus.CREATED)


class TeamMemberView(ApiView):
    """Somebody in a team."""

    @extend_schema(
        operation_id="remove_team_member", tags=["people and teams"], request=None,
        responses={204: None, 409: OpenApiResponse()},
    )  # fmt: skip
    def delete(self, request: Request, slug: str, username: str) -> Response:
        """Take somebody out of a team: what they had by it ends at once. Everybody may leave.

        409 where no administrator would be left.
        """
        actor, team = reader(request), find_team(slug)
        person = User.objects.filter(username__iexact=username, teams=team).first()
        if person is None:
            raise Http404(NOTHING)
        with conflicts():
            services.remove_member(actor=actor, team=team, person=person)
        return Response(status=HTTPStatus.NO_CONTENT)


def find_team(slug: str) -> Team:
    found = Team.objects.prefetch_related("managers").filter(slug=slug).first()
    if found is None:
        raise Http404(NOTHING)
    return found


def _member(name: str) -> User:
    """Raises `ValidationError`, which for the name of a team says why none can join."""
    taken_by_a_team = Team.objects.filter(slug__iexact=name).exists()
    if taken_by_a_team and not User.objects.filter(username__iexact=name).exists():
        raise serializers.ValidationError({"person": [NO_NESTING]})
    return person_named(name)
