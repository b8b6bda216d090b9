"""Explanations over REST: who may use a thing, and why."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.lists import answer, page_of, read_page
from core.api.query import ListQuery, Query, flag, text
from core.api.views import ApiView
from permissions.access_requests.api import THING
from permissions.api import PersonSerializer, RuleSerializer, reader
from permissions.explain import Account, account_of, who_can, who_cannot
from permissions.explaining import require_may_ask, shares_of
from permissions.levels import Level
from permissions.models import User
from permissions.things import NOTHING, ask_url, find_thing


class StoppingRuleSerializer(RuleSerializer):
    """A rule that stops the person."""

    id = serializers.IntegerField()
    label = serializers.CharField(help_text="What it closes whatever carries it.")  # type: ignore[assignment]
    starts_at = serializers.DateTimeField()
    at_review = serializers.CharField(help_text="`lapse`: it ends on its review date; `nag`: it stays.")


class PassageSerializer(serializers.Serializer[Any]):
    """A rule on the thing that does not stop the person."""

    rule = serializers.IntegerField(source="rule.pk")
    label = serializers.CharField(source="rule.label")  # type: ignore[assignment]
    exception = serializers.IntegerField(source="exception.pk", default=None, help_text="Null where the rule spares.")
    since = serializers.DateTimeField(source="exception.starts_at", default=None)
    until = serializers.DateTimeField(source="exception.until", default=None)


class AccountSerializer(serializers.Serializer[Any]):
    """The answer at one level."""

    level = serializers.ChoiceField(choices=Level.choices)
    allowed = serializers.BooleanField()
    until = serializers.DateTimeField(allow_null=True, help_text="When an exception that opens it ends first.")
    stopped_by = StoppingRuleSerializer(many=True)
    let_past = PassageSerializer(many=True, help_text="Rules on the thing that do not stop this person.")
    request_access = serializers.CharField(allow_null=True, help_text="Where you can ask for an exception.")


class ExplainedSerializer(serializers.Serializer[Any]):
    """One person and one thing."""

    thing = serializers.CharField()
    title = serializers.CharField()
    person = PersonSerializer()
    levels = AccountSerializer(many=True)


class ShareSerializer(serializers.Serializer[Any]):
    """How many people may use the thing at one level."""

    level = serializers.ChoiceField(choices=Level.choices)
    can = serializers.IntegerField()
    cannot = serializers.IntegerField()


class ExplainQuery(Query):
    thing = text(THING, required=True, max_length=40)
    person = text("A username; you, when not given.", max_length=150)


class PeopleQuery(ListQuery):
    thing = text(THING, required=True, max_length=40)
    level = serializers.ChoiceField(choices=Level.choices, required=False, default=Level.READ)
    can = flag("Those who can, or those who cannot.", default=False)


class CountsQuery(Query):
    thing = text(THING, required=True, max_length=40)


class ExplainView(ApiView):
    """Who may use what, and why."""

    query = ExplainQuery

    @extend_schema(operation_id="explain", tags=["access"], responses=ExplainedSerializer)
    def get(self, request: Request) -> Response:
        """What a person may do with a thing at each level: by which rules and exceptions, since when, until when.

        About others ask the council, administrators, and who answers for the thing or a rule on it.
        """
        viewer, wanted = reader(request), self.wanted
        thing = find_thing(viewer, wanted["thing"])
        about = _person(viewer, wanted.get("person", ""))
        require_may_ask(viewer, about, thing)
        if about is None:
            raise Http404(NOTHING)
        levels = [_told(one, ask_url(thing.ref, one.level) if about == viewer else "") for one in
                  account_of(about, thing)]  # fmt: skip
        told = {"thing": thing.ref, "title": thing.title, "person": about, "levels": levels}
        return Response(ExplainedSerializer(told).data)


class ExplainCountsView(ApiView):
    """How many people may use what."""

    query = CountsQuery

    @extend_schema(operation_id="explain_counts", tags=["access"], responses=ShareSerializer(many=True))
    def get(self, request: Request) -> Response:
        """How many people can and cannot use a thing, at each level. For who may ask about others."""
        viewer = reader(request)
        thing = find_thing(viewer, self.wanted["thing"])
        require_may_ask(viewer, None, thing)
        return Response(ShareSerializer([one._asdict() for one in shares_of(thing)], many=True).data)


class ExplainPeopleView(ApiView):
    """Who may use what."""

    query = PeopleQuery

    @extend_schema(operation_id="explain_people", tags=["access"], responses=page_of(PersonSerializer))
    def get(self, request: Request) -> Response:
        """Everybody who can, or cannot, use a thing at a level, by username. For who may ask about others."""
        viewer, wanted = reader(request), self.wanted
        thing = find_thing(viewer, wanted["thing"])
        require_may_ask(viewer, None, thing)
        people = (who_can if wanted["can"] else who_cannot)(thing, Level(wanted["level"]))
        page = read_page(people, wanted, order=("username", "pk"))
        return answer(request, page, PersonSerializer(page.items, many=True).data)  # type: ignore[arg-type]


def _person(viewer: User, username: str) -> User | None:
    if not username or username.casefold() == viewer.username.casefold():
        return viewer
    return User.objects.filter(username__iexact=username, is_active=True).first()


def _told(account: Account, url: str) -> dict[str, Any]:
    return {
        "level": account.level, "allowed": account.allowed, "until": account.until,
        "stopped_by": account.explanation.rules, "let_past": account.passages,
        "request_access": url if account.explanation.rules and url else None,
    }  # fmt: skip
