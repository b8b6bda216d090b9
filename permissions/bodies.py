"""Bodies that name people and teams, and the rows they name."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.bodies import Body
from permissions.models import Team, User

NOBODY = "Nobody with an open account has this username."
NO_NESTING = "Teams hold people and no other teams. Name each person, so that nobody is in a team by a way around."


class WhomBody(Body):
    """A person or a team."""

    person = serializers.CharField(required=False, max_length=150, help_text="A username; or give a team.")
    team = serializers.SlugField(required=False, help_text="A short name; or give a person.")


def whom_of(wish: dict[str, Any]) -> User | Team:
    """Return whom a `WhomBody` names. Raises `ValidationError` at the member that names nobody, or for both."""
    if ("person" in wish) == ("team" in wish):
        raise serializers.ValidationError({"person": ["Name either a person or a team."]})
    return team_named(wish["team"]) if "team" in wish else person_named(wish["person"])


def team_named(slug: str, member: str = "team") -> Team:
    found = Team.objects.filter(slug=slug).first()
    if found is None:
        raise serializers.ValidationError({member: ["There is no such team."]})
    return found


def person_named(username: str, member: str = "person") -> User:
    found = User.objects.filter(username__iexact=username, is_active=True).first()
    if found is None:
        raise serializers.ValidationError({member: [NOBODY]})
    return found


def people_named(usernames: list[str], member: str) -> list[User]:
    """Return people, no programs, by their usernames."""
    found = User.objects.filter(username__in=usernames, is_active=True, is_service=False)
    known = {person.username for person in found}
    if missing := [name for name in usernames if name not in known]:
        raise serializers.ValidationError({member: [f"There is no such person: {', '.join(missing)}."]})
    return list(found)
