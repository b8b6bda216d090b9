"""Who one is, over REST, and what others have in common: people, rules and the person who asks."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView
from permissions.levels import Level
from permissions.models import Team, Token, User


def reader(request: Request) -> User:
    """The person who asks. Raises `NotAuthenticated`."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


class PersonSerializer(serializers.Serializer[User]):
    """A person."""

    username = serializers.CharField()
    name = serializers.CharField(source="__str__")


class RuleSerializer(serializers.Serializer[Any]):
    """A rule that closes something to you."""

    reason = serializers.CharField()
    owner = PersonSerializer(help_text="Who answers for the rule, and can make an exception.")
    review_on = serializers.DateField(help_text="When somebody looks at it again.")


class RestrictionSerializer(serializers.Serializer[Any]):
    """What is closed to you, and by which rules."""

    level = serializers.ChoiceField(choices=Level.choices)
    rules = RuleSerializer(many=True)


class TeamSerializer(serializers.ModelSerializer[Team]):
    class Meta:
        model = Team
        fields = ("slug", "name")


class TokenSerializer(serializers.ModelSerializer[Token]):
    """The token that was sent."""

    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Token.Scope.choices))

    class Meta:
        model = Token
        fields = ("name", "scopes", "only_labels", "kept_from", "created_at", "expires_at")


class MeSerializer(serializers.Serializer[Any]):
    """You, as the API knows you."""

    username = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()
    title = serializers.CharField()
    teams = TeamSerializer(many=True)
    token = TokenSerializer(allow_null=True, help_text="Null for somebody who signed in.")


class MeView(ApiView):
    """The person who asks."""

    @extend_schema(operation_id="me", tags=["me"], responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Who you are, and what your token may do."""
        person = reader(request)
        token = request.auth if isinstance(request.auth, Token) else None
        told = {
            "username": person.username, "name": str(person), "email": person.email, "title": person.title,
            "teams": person.teams.all(), "token": token,
        }  # fmt: skip
        return Response(MeSerializer(told).data)
