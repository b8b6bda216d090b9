"""Grants over REST: who may write what, giving and taking it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.api.handlers import NOTHING
from core.api.lists import answer, bad_cursor, page_of
from core.api.query import text
from core.api.views import ApiView
from core.paging import BadCursor, merged_page
from permissions.api import reader
from permissions.bodies import WhomBody, whom_of
from permissions.models import GRANTABLE, Answerable, User
from permissions.roles_api import GivenQuery, GivenSerializer, given_as
from permissions.stewards.reading import all_grants, known
from permissions.stewards.services import give_grant, take_grant

if TYPE_CHECKING:
    from rest_framework.request import Request

    from permissions.models import Grant

ORDER = ("-given_at", "-kind", "-pk")
THING = r"^[a-z]{1,40}:[0-9]{1,18}$"
DUTIES = [(duty.value, duty.label) for duty in GRANTABLE]
EXAMPLE = {
    "kind": "dataset", "id": 12, "duty": "curate", "person": {"username": "ada", "name": "Ada Archer"}, "team": None,
    "thing": {"ref": "dataset:7", "name": "shop.public.orders", "url": "/datasets/7/"},
    "given_by": {"username": "lena", "name": "Lena Brandt"}, "given_at": "2026-11-20T09:14:03Z",
}  # fmt: skip


class GrantedThingSerializer(serializers.Serializer[Any]):
    """What a grant is on, and with it all that lies in it."""

    ref = serializers.CharField(help_text="Kind and id, as `dataset:7`.")
    name = serializers.CharField()
    url = serializers.CharField(help_text="Its page.")


class GrantSerializer(GivenSerializer):
    """A duty that a person or a team has on a thing. Kind and id together name it."""

    kind = serializers.CharField(help_text="Of the thing, as `dataset`.")
    duty = serializers.ChoiceField(choices=DUTIES)
    thing = GrantedThingSerializer()


class NewGrantSerializer(WhomBody):
    """Which duty, on what, and who has it."""

    thing = serializers.RegexField(THING, help_text="Kind and id, as `dataset:7`.")
    duty = serializers.ChoiceField(choices=DUTIES)


class GrantsQuery(GivenQuery):
    thing = serializers.RegexField(THING, required=False, help_text="On this alone, as `dataset:7`.")
    kind = text("On things of this kind: `dataset`, `source`, `domain`.")
    duty = serializers.ChoiceField(choices=DUTIES, required=False, help_text="Only this duty.")


class GrantsView(ApiView):
    """Who may write what."""

    query = GrantsQuery

    @extend_schema(
        operation_id="grants", tags=["roles and grants"], responses=page_of(GrantSerializer),
        examples=[OpenApiExample("A page", {"items": [EXAMPLE], "next": None, "previous": None}, response_only=True)],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Grants on what you may know of, the latest first.

        Owners, stewards and the roles of people let them write as well, and are no grants.
        """
        page = _page(reader(request), self.wanted)
        return answer(request, page, [_told(grant) for grant in page.items])

    @extend_schema(
        operation_id="give_grant", tags=["roles and grants"], request=NewGrantSerializer,
        responses={201: GrantSerializer},
        examples=[OpenApiExample(
            "To a person", {"thing": "dataset:7", "duty": "curate", "person": "ada"}, request_only=True
        )],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Give a duty on a thing, as who answers for it and the council may; whoever gets it is told.

        Giving it twice is giving it once.
        """
        actor, wish = reader(request), NewGrantSerializer.read(request)
        given = give_grant(actor=actor, thing=_thing(actor, wish["thing"]), duty=wish["duty"], whom=whom_of(wish))
        return Response(_told(given), status=HTTPStatus.CREATED)


class GrantView(ApiView):
    """One grant."""

    @extend_schema(operation_id="grant", tags=["roles and grants"], responses=GrantSerializer)
    def get(self, request: Request, kind: str, pk: int) -> Response:
        """What it lets whom do."""
        return Response(_told(_find(reader(request), kind, pk)))

    @extend_schema(operation_id="take_grant", tags=["roles and grants"], request=None, responses={204: None})
    def delete(self, request: Request, kind: str, pk: int) -> Response:
        """End a grant, as who could give it may, and who has it."""
        actor = reader(request)
        take_grant(actor=actor, grant=_find(actor, kind, pk))
        return Response(status=HTTPStatus.NO_CONTENT)


def _page(viewer: User, wanted: dict[str, Any]) -> Any:
    exact: dict[str, Any] = {name: wanted[name] for name in ("duty", "kind") if name in wanted}
    if "thing" in wanted:
        kind, _, number = wanted["thing"].partition(":")
        exact |= {"kind": kind, "thing_id": int(number)}
    found = [grants.filter(given_as(wanted), **exact) for grants in all_grants(viewer)]
    try:
        return merged_page(found, order=ORDER, cursor=wanted.get("cursor"), size=wanted["limit"])
    except BadCursor as error:
        raise bad_cursor() from error


def _find(viewer: User, kind: str, pk: int) -> Grant:
    for grants in all_grants(viewer):
        if found := grants.filter(Q(kind=kind), pk=pk).first():
            return found
    raise Http404(NOTHING)


def _thing(viewer: User, ref: str) -> Answerable:
    kind, _, number = ref.partition(":")
    try:
        return known(viewer, kind, int(number))
    except Http404:
        raise serializers.ValidationError(
            {"thing": ["There is no such thing, or none that you may know of."]}
        ) from None


def _told(grant: Grant) -> dict[str, Any]:
    kind = grant.thing.noun()
    thing = {"ref": f"{kind}:{grant.thing_id}", "name": str(grant.thing), "url": grant.thing.get_absolute_url()}
    plain = {name: getattr(grant, name) for name in ("id", "person", "team", "given_by", "given_at", "duty")}
    return dict(GrantSerializer(plain | {"kind": kind, "thing": thing}).data)
