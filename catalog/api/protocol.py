"""Which facts data must have, and what is missing of them, over REST."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError as Invalid
from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.parts import DatasetRefSerializer
from catalog.models import Classification, Dataset, Domain, Protocol
from catalog.protocol.requirements import ALL, CHOICES
from catalog.protocol.services import remove_protocol, save_protocol, visible_protocols
from catalog.protocol.work import ORDER, Wanted, incomplete
from core.api.bodies import Body, YesNo
from core.api.etags import IF_MATCH, require_match
from core.api.lists import answer, page_of, read_page
from core.api.query import ListQuery, text
from core.api.views import ApiView
from permissions.api import PersonSerializer, reader
from permissions.models import User
from permissions.things import NOTHING


class ProtocolSerializer(serializers.ModelSerializer[Protocol]):
    """What must be said of every dataset of a class; what is empty of the class fits all."""

    domain = serializers.CharField(source="domain.slug", default="", help_text="Its short name.")
    classification = serializers.CharField(source="classification.slug", default="", help_text="Its short name.")
    requires = serializers.ListField(child=serializers.CharField())
    author = PersonSerializer(allow_null=True)

    class Meta:
        model = Protocol
        fields = (
            "id", "name", "about", "domain", "kind", "classification", "certified", "requires", "author", "made_at",
        )  # fmt: skip


class ProtocolBody(Body):
    """What is left out stays, or is empty."""

    name = serializers.CharField(required=False, max_length=120)
    about = serializers.CharField(required=False, allow_blank=True, max_length=5_000)
    domain = serializers.CharField(required=False, allow_blank=True, help_text="Short name; empty for every domain.")
    kind = serializers.ChoiceField(required=False, allow_blank=True, choices=Dataset.Kind.choices)
    classification = serializers.CharField(required=False, allow_blank=True, help_text="Short name; empty for any.")
    certified = YesNo(required=False, help_text="Asked of certified datasets only, and before they are certified.")
    requires = serializers.ListField(
        required=False, child=serializers.ChoiceField(choices=CHOICES), max_length=len(ALL), allow_empty=False
    )


class ProtocolsView(ApiView):
    """The protocols."""

    query = ListQuery

    @extend_schema(operation_id="protocols", tags=["curation"], responses=page_of(ProtocolSerializer))
    def get(self, request: Request) -> Response:
        """What is asked of which datasets."""
        page = read_page(visible_protocols(reader(request)), self.wanted, order=("pk",))
        return answer(request, page, ProtocolSerializer(page.items, many=True).data)

    @extend_schema(
        operation_id="protocol_create", tags=["curation"], request=ProtocolBody, responses={201: ProtocolSerializer}
    )
    def post(self, request: Request) -> Response:
        """Ask for facts; every dataset is counted by it within a minute."""
        made = _save(reader(request), Protocol(), ProtocolBody.read(request))
        return Response(ProtocolSerializer(made).data, status=HTTPStatus.CREATED)


class ProtocolView(ApiView):
    """One protocol."""

    @extend_schema(operation_id="protocol", tags=["curation"], responses=ProtocolSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One protocol."""
        return Response(ProtocolSerializer(_found(reader(request), pk)).data)

    @extend_schema(
        operation_id="protocol_change", tags=["curation"], request=ProtocolBody, parameters=[IF_MATCH],
        responses={200: ProtocolSerializer, **{code: OpenApiResponse() for code in (412, 428)}},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        """Change it; what is left out stays."""
        found = _found(reader(request), pk)
        require_match(request, ProtocolSerializer(found).data)
        return Response(ProtocolSerializer(_save(reader(request), found, ProtocolBody.read(request))).data)

    @extend_schema(operation_id="protocol_remove", tags=["curation"], responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Ask it no more."""
        remove_protocol(actor=reader(request), protocol=_found(reader(request), pk))
        return Response(status=HTTPStatus.NO_CONTENT)


class MissingSerializer(serializers.Serializer[Any]):
    """A dataset of which something is missing."""

    dataset = DatasetRefSerializer(source="*")
    asked = serializers.IntegerField(source="completeness.asked", help_text="Facts that it must have.")
    missing = serializers.ListField(child=serializers.CharField(), source="completeness.missing")
    since = serializers.DateTimeField(source="completeness.since")
    popularity = serializers.IntegerField(help_text="People who opened it in the last 30 days.")
    responsible = PersonSerializer(allow_null=True, help_text="Whom to ask.")


class MissingQuery(ListQuery):
    person = text("Username of who is to do it.")
    domain = text("Short name of a domain.")
    missing = serializers.ChoiceField(required=False, choices=CHOICES, help_text="What is missing.")


class MissingView(ApiView):
    """The list of what is missing."""

    query = MissingQuery

    @extend_schema(operation_id="missing", tags=["curation"], responses=page_of(MissingSerializer))
    def get(self, request: Request) -> Response:
        """Datasets that you may read of which something is missing, the most used first."""
        given = self.wanted
        wanted = Wanted(given.get("person", ""), given.get("domain", ""), given.get("missing", ""))
        page = read_page(incomplete(reader(request), wanted).with_context().defer("sql", "details"), given, order=ORDER)
        return answer(request, page, MissingSerializer(page.items, many=True).data)


def _found(person: User, pk: int) -> Protocol:
    found: Protocol | None = visible_protocols(person).filter(pk=pk).first()
    if found is None:
        raise Http404(NOTHING)
    return found


def _save(person: User, protocol: Protocol, given: dict[str, Any]) -> Protocol:
    if "domain" in given:
        known = Domain.objects.visible_to(person)
        given["domain"] = _named(known, given["domain"], "domain") if given["domain"] else None
    if "classification" in given:
        every = Classification.objects.all()
        named = given["classification"]
        given["classification"] = _named(every, named, "classification") if named else None
    if not protocol.pk:
        given = {"requires": [], **given}
    try:
        return save_protocol(actor=person, protocol=protocol, values=given)
    except Invalid as error:
        raise ValidationError(error.message_dict if hasattr(error, "error_dict") else error.messages) from error


def _named(rows: Any, slug: str, member: str) -> Any:
    found = rows.filter(slug=slug).first()
    if found is None:
        raise ValidationError({member: [f"There is no such {member}."]})
    return found
