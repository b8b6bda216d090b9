"""Definitions, proposals and votes over REST."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.bodies import Body
from core.api.lists import answer, page_of, read_page
from core.api.query import ListQuery
from core.api.views import ApiView
from definitions.deciding import cast_vote, outcome_of
from definitions.models import Ballot, Binding, Definition, DefinitionVersion, Kind, Proposal, Seat
from definitions.models.council import LONGEST_REASON, METHODS
from definitions.proposals import find_proposal
from definitions.reading import ORDER, Shown, definitions_for, find_definition, find_version, shown
from definitions.voting import Choice
from permissions.api import PersonSerializer, reader
from permissions.things import NOTHING

CHOICES = [(Choice.APPROVE.value, "approve"), (Choice.OBJECT.value, "object"), (Choice.ABSTAIN.value, "abstain")]
NEWEST = ("-opened_at", "-pk")


class DefinitionSerializer(serializers.Serializer[Definition]):
    """A word and where it stands."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Definition.Kind.choices)
    scope = serializers.ChoiceField(choices=Definition.Scope.choices)
    domain = serializers.SerializerMethodField(help_text="The slug of its domain, for what holds in one alone.")
    status = serializers.ChoiceField(choices=Definition.Status.choices)
    version = serializers.IntegerField(
        source="current.number", allow_null=True, default=None, help_text="The version in force."
    )
    statement = serializers.CharField(
        source="current.statement", allow_null=True, default=None, help_text="Of the version in force; Markdown."
    )
    steward = PersonSerializer(allow_null=True)
    review_on = serializers.DateField(allow_null=True)

    def get_domain(self, row: Definition) -> str | None:
        return row.domain.slug if row.domain and row.scope == Definition.Scope.LOCAL else None


class BindingSerializer(serializers.Serializer[Binding]):
    """Where a definition can be seen in data."""

    dataset = serializers.IntegerField(source="dataset_id")
    dataset_key = serializers.CharField(source="dataset.key")
    criterion = serializers.CharField(source="expression")
    key_fields = serializers.ListField(child=serializers.CharField())
    event_dataset_key = serializers.CharField(source="event_dataset.key", allow_null=True, default=None)
    event_key = serializers.ListField(child=serializers.CharField())
    event_state = serializers.CharField()
    event_time = serializers.CharField()
    event_value = serializers.CharField()


class DefinitionVersionSerializer(serializers.Serializer[Shown]):
    """What a definition says, or said; without bindings to data that is closed to you."""

    number = serializers.IntegerField(source="version.number")
    status = serializers.ChoiceField(choices=DefinitionVersion.Status.choices, source="version.status")
    statement = serializers.CharField(source="version.statement", help_text="Markdown.")
    why = serializers.CharField(source="version.why", help_text="Markdown.")
    examples = serializers.ListField(child=serializers.CharField(), source="version.examples")
    counter_examples = serializers.ListField(child=serializers.CharField(), source="version.counter_examples")
    synonyms = serializers.ListField(child=serializers.CharField(), source="version.synonyms")
    false_friends = serializers.ListField(child=serializers.CharField(), source="version.false_friends")
    criterion = serializers.CharField(help_text="SQL; empty where it names data that is closed to you.")
    bindings = BindingSerializer(many=True)
    author = PersonSerializer(source="version.author", allow_null=True)
    change_note = serializers.CharField(source="version.change_note")
    published_at = serializers.DateTimeField(source="version.published_at", allow_null=True)
    superseded_at = serializers.DateTimeField(source="version.superseded_at", allow_null=True)


class DefinitionDetailSerializer(DefinitionSerializer):
    """A word, what it means now, and the versions that you may read."""

    text = DefinitionVersionSerializer(allow_null=True)
    versions = serializers.ListField(child=serializers.IntegerField())


class BallotSerializer(serializers.Serializer[Ballot]):
    """One vote; a later one of the same person for the same seat takes its place."""

    seat = serializers.CharField(source="seat.represents")
    voter = PersonSerializer()
    version = serializers.IntegerField(source="version.number")
    choice = serializers.ChoiceField(choices=CHOICES)
    reason = serializers.CharField()
    cast_at = serializers.DateTimeField()


class ProposalSerializer(serializers.Serializer[Proposal]):
    """Something put to those who decide."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    definition = serializers.SlugField(source="definition.slug")
    version = serializers.IntegerField(source="version.number")
    round = serializers.IntegerField(help_text="How often its text was put to the vote.")
    reason = serializers.CharField(help_text="Markdown.")
    proposer = PersonSerializer(allow_null=True)
    state = serializers.ChoiceField(choices=Proposal.State.choices)
    method = serializers.ChoiceField(choices=METHODS)
    opened_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField(
        allow_null=True, help_text="null where the stewards of its domain decide, and not the council."
    )
    decided_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField()


class ProposalDetailSerializer(ProposalSerializer):
    """A proposal with every vote on it."""

    missing = serializers.ListField(
        child=serializers.CharField(), help_text="What keeps it from being approved as it stands."
    )
    ballots = BallotSerializer(many=True)


class CastSerializer(Body):
    """Your vote."""

    seat = serializers.CharField(required=False, max_length=80, help_text="What it speaks for, where you have several.")
    choice = serializers.ChoiceField(choices=CHOICES)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_REASON, default="")
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="The version that you read.")


class DefinitionsQuery(ListQuery):
    q = serializers.CharField(required=False, max_length=200, help_text="Words of its name, synonyms or statement.")
    domain = serializers.SlugField(required=False, help_text="The slug of a domain.")
    kind = serializers.ChoiceField(choices=Definition.Kind.choices, required=False)
    scope = serializers.ChoiceField(choices=Definition.Scope.choices, required=False)
    status = serializers.ChoiceField(choices=Definition.Status.choices, required=False)


class DefinitionsView(ApiView):
    """The list of definitions."""

    query = DefinitionsQuery

    @extend_schema(operation_id="definitions", tags=["definitions"], responses=page_of(DefinitionSerializer))
    def get(self, request: Request) -> Response:
        """Definitions by name; retired ones only where `status` asks for them."""
        found = definitions_for(reader(request), {name: str(value) for name, value in self.wanted.items() if value})
        page = read_page(found, self.wanted, order=ORDER)
        return answer(request, page, [DefinitionSerializer(one).data for one in page.items])


class DefinitionView(ApiView):
    """One definition."""

    @extend_schema(operation_id="definition", tags=["definitions"], responses=DefinitionDetailSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """What a word means: the version in force."""
        person = reader(request)
        found = find_definition(person, slug)
        readable = DefinitionVersion.objects.readable_by(person).filter(definition=found)
        text = shown(person, found.current) if found.current else None
        told = {
            **DefinitionSerializer(found).data,
            "text": DefinitionVersionSerializer(text).data if text else None,
            "versions": list(readable.order_by("-number").values_list("number", flat=True)),
        }
        return Response(told)


class VersionView(ApiView):
    """One version of a definition."""

    @extend_schema(operation_id="definition_version", tags=["definitions"], responses=DefinitionVersionSerializer)
    def get(self, request: Request, slug: str, number: int) -> Response:
        """What a word meant, or would mean for those who review it."""
        person = reader(request)
        version = find_version(person, find_definition(person, slug), number)
        return Response(DefinitionVersionSerializer(shown(person, version)).data)


class ProposalsQuery(ListQuery):
    state = serializers.ChoiceField(choices=Proposal.State.choices, required=False)
    definition = serializers.SlugField(required=False, max_length=80)


class ProposalsView(ApiView):
    """What is put to those who decide."""

    query = ProposalsQuery

    @extend_schema(operation_id="proposals", tags=["definitions"], responses=page_of(ProposalSerializer))
    def get(self, request: Request) -> Response:
        """Proposals that you may read, the latest first: what was approved, and the others if you review them."""
        found = Proposal.objects.readable_by(reader(request)).with_text()
        if state := self.wanted.get("state"):
            found = found.filter(state=state)
        if slug := self.wanted.get("definition"):
            found = found.filter(definition__slug=slug)
        page = read_page(found, self.wanted, order=NEWEST)
        return answer(request, page, [ProposalSerializer(one).data for one in page.items])


class ProposalView(ApiView):
    """One proposal."""

    @extend_schema(operation_id="proposal", tags=["definitions"], responses=ProposalDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """A proposal with every vote on it, earlier ones and those on earlier texts among them."""
        return Response(_told(reader(request), pk))


class VotesView(ApiView):
    """Votes on a proposal."""

    @extend_schema(
        operation_id="cast_vote", tags=["definitions"], request=CastSerializer,
        responses={201: ProposalDetailSerializer},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Vote for a seat of yours, or vote otherwise than before, on exactly the version that you read."""
        person, wish = reader(request), CastSerializer.read(request)
        proposal = find_proposal(person, pk)
        cast_vote(
            actor=person, proposal=proposal, seat=_seat(person, wish.get("seat")), choice=Choice(wish["choice"]),
            reason=wish["reason"], seen=wish["version"],
        )  # fmt: skip
        return Response(_told(person, pk), status=HTTPStatus.CREATED)


def _seat(person: Any, represents: str | None) -> Seat:
    """The seat that a vote is for. Raises `Http404` where the person has none."""
    mine = Seat.objects.of(person.pk).order_by("pk")
    found = (mine.filter(represents=represents) if represents else mine).last()
    if found is None:
        raise Http404(NOTHING)
    return found


def _told(person: Any, pk: int) -> dict[str, Any]:
    proposal = find_proposal(person, pk)
    ballots = proposal.ballots.select_related("seat", "voter", "version").order_by("pk")
    voting = proposal.is_open and proposal.closes_at is not None
    return {
        **ProposalSerializer(proposal).data,
        "missing": list(outcome_of(proposal).missing) if voting else [],
        "ballots": [BallotSerializer(one).data for one in ballots],
    }
