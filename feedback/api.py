"""Tickets over REST: the list, reporting, where they stand and what is said."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Dataset, Field
from core.api.bodies import Body, YesNo
from core.api.lists import answer, page_of, read_page
from core.api.problems import Problem
from core.api.query import ListQuery
from core.api.views import ApiView
from feedback.kinds import KINDS, SEVERITIES, Kind, Severity
from feedback.lists import ORDER, tickets_for
from feedback.models import Comment, Ticket
from feedback.models.tickets import LONGEST_TEXT, LONGEST_TITLE
from feedback.reading import find_subject, find_ticket
from feedback.services import move, report
from feedback.talking import LONGEST_COMMENT, comment, vote
from feedback.workflow import WORDS, State
from permissions.api import PersonSerializer, reader
from permissions.levels import Level

LARGEST = 2**63 - 1
KIND_CHOICES = [(one.value, KINDS[one].words) for one in Kind]
SEVERITY_CHOICES = [(one.value, SEVERITIES[one].words) for one in Severity]
STATE_CHOICES = [(one.value, WORDS[one]) for one in State]
CONFLICT = {409: OpenApiResponse()}


class TicketSerializer(serializers.Serializer[Ticket]):
    """A ticket."""

    id = serializers.IntegerField()
    dataset = serializers.IntegerField(source="dataset_id")
    dataset_key = serializers.CharField(source="dataset.key")
    field = serializers.CharField(source="field.path", allow_null=True, default=None, help_text="The path of a field.")
    kind = serializers.ChoiceField(choices=KIND_CHOICES)
    severity = serializers.ChoiceField(choices=SEVERITY_CHOICES)
    title = serializers.CharField()
    body = serializers.CharField(help_text="Markdown.")
    expected = serializers.CharField()
    impact = serializers.CharField()
    evidence = serializers.CharField()
    state = serializers.ChoiceField(choices=STATE_CHOICES)
    state_since = serializers.DateTimeField()
    priority = serializers.IntegerField(help_text="1 is the most urgent, 4 the least.")
    reporter = PersonSerializer(allow_null=True)
    assignee = PersonSerializer(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    votes = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class CommentSerializer(serializers.Serializer[Comment]):
    """Something said under a ticket."""

    id = serializers.IntegerField()
    author = PersonSerializer(allow_null=True)
    body = serializers.CharField(help_text="Markdown.")
    created_at = serializers.DateTimeField()


class NewTicketSerializer(Body):
    """What is reported, and of what."""

    dataset = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST)
    key = serializers.CharField(required=False, max_length=5_000, help_text="The dataset's key, instead of its id.")
    field = serializers.CharField(required=False, max_length=5_000, help_text="The path of a field.")
    kind = serializers.ChoiceField(choices=KIND_CHOICES)
    severity = serializers.ChoiceField(choices=SEVERITY_CHOICES, default=Severity.MINOR.value)
    title = serializers.CharField(min_length=5, max_length=LONGEST_TITLE)
    body = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT, default="")
    expected = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT, default="")
    impact = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT, default="")
    evidence = serializers.URLField(required=False, allow_blank=True, max_length=2_000, default="")


class MoveSerializer(Body):
    """Where a ticket goes, and why."""

    to = serializers.ChoiceField(choices=STATE_CHOICES)
    words = serializers.CharField(required=False, allow_blank=True, max_length=2_000, default="")
    seen = serializers.ChoiceField(
        choices=STATE_CHOICES, required=False, help_text="Where it stood when you read it: 409 when it was moved since."
    )


class SaySerializer(Body):
    """What is said."""

    body = serializers.CharField(max_length=LONGEST_COMMENT, help_text="Markdown; @username tells somebody.")


class VoteSerializer(Body):
    """Whether it hits you too."""

    on = YesNo()
    use_case = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")


class TicketsQuery(ListQuery):
    dataset = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST, help_text="Of this dataset.")
    whose = serializers.ChoiceField(
        choices=[("assigned", "assigned"), ("reported", "reported"), ("watched", "watched"), ("all", "all")],
        default="all", help_text="Assigned to you, reported or watched by you, or all that you may read.",
    )  # fmt: skip
    state = serializers.ChoiceField(choices=[("open", "not resolved"), *STATE_CHOICES], required=False)
    kind = serializers.ChoiceField(choices=KIND_CHOICES, required=False)


class TicketsView(ApiView):
    """The list of tickets."""

    query = TicketsQuery

    @extend_schema(operation_id="tickets", tags=["feedback"], responses=page_of(TicketSerializer))
    def get(self, request: Request) -> Response:
        """Tickets of data that you may read, the latest changed first."""
        found = tickets_for(reader(request), {name: str(value) for name, value in self.wanted.items() if value})
        if dataset := self.wanted.get("dataset"):
            found = found.filter(dataset=dataset)
        page = read_page(found.for_lists(), self.wanted, order=ORDER)
        return answer(request, page, [TicketSerializer(one).data for one in page.items])

    @extend_schema(
        operation_id="report", tags=["feedback"], request=NewTicketSerializer,
        responses={201: TicketSerializer},
        examples=[OpenApiExample("Wrong values", {
            "key": "crm.public.customers", "field": "country", "kind": "wrong", "severity": "major",
            "title": "Half of the countries are empty since Monday", "expected": "A country for every customer.",
        }, request_only=True)],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Report something about a dataset, or a field of it, that you may read."""
        person, wish = reader(request), NewTicketSerializer.read(request)
        dataset, field = find_reported(person, wish)
        made = report(actor=person, dataset=dataset, field=field, **wish)
        return Response(_told(person, made.pk), status=HTTPStatus.CREATED)


def find_reported(person: Any, wish: dict[str, Any]) -> tuple[Dataset, Field | None]:
    """Take what is reported out of the wish. Raises `Http404`, `Restricted`, `ValidationError`."""
    pk, key, path = (wish.pop(name, None) for name in ("dataset", "key", "field"))
    if (pk is None) == (key is None):
        raise serializers.ValidationError({"dataset": ["Name the dataset by its id or by its key."]})
    if pk is None:
        known = Dataset.objects.visible_to(person).filter(key=key).values_list("pk", flat=True).first()
        if known is None:
            raise serializers.ValidationError({"key": ["There is no such dataset."]})
        pk = known
    dataset, _ = find_subject(person, f"dataset:{pk}")
    if path is None:
        return dataset, None
    field = Field.objects.open_to(person, Level.READ).filter(dataset=dataset, path=path).first()
    if field is None:
        raise serializers.ValidationError({"field": ["The dataset has no such field."]})
    return find_subject(person, f"field:{field.pk}")


class TicketView(ApiView):
    """One ticket."""

    @extend_schema(operation_id="ticket", tags=["feedback"], responses=TicketSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """A ticket of data that you may read."""
        return Response(_told(reader(request), pk))


class MoveView(ApiView):
    """Taking a ticket a step on."""

    @extend_schema(
        operation_id="move_ticket", tags=["feedback"], request=MoveSerializer,
        responses={200: TicketSerializer, **CONFLICT},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Move a ticket: its steward and whoever it is assigned to work on it, its reporter confirms."""
        person, wish = reader(request), MoveSerializer.read(request)
        ticket = find_ticket(person, pk)
        seen = State(wish["seen"]) if wish.get("seen") else None
        if seen is not None and ticket.stands is not seen:
            raise Problem(HTTPStatus.CONFLICT, f"It was moved meanwhile: it is {ticket.stands.words} now.")
        move(actor=person, ticket=ticket, to=State(wish["to"]), words=wish["words"])
        return Response(_told(person, pk))


class CommentsView(ApiView):
    """What is said under a ticket."""

    query = ListQuery

    @extend_schema(operation_id="comments", tags=["feedback"], responses=page_of(CommentSerializer))
    def get(self, request: Request, pk: int) -> Response:
        """What was said, oldest first."""
        ticket = find_ticket(reader(request), pk)
        page = read_page(ticket.comments.select_related("author"), self.wanted, order=("created_at", "pk"))
        return answer(request, page, [CommentSerializer(one).data for one in page.items])

    @extend_schema(operation_id="comment", tags=["feedback"], request=SaySerializer, responses={201: CommentSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Say something; who watches the ticket is told."""
        person, wish = reader(request), SaySerializer.read(request)
        made = comment(actor=person, ticket=find_ticket(person, pk), body=wish["body"])
        return Response(CommentSerializer(made).data, status=HTTPStatus.CREATED)


class VoteView(ApiView):
    """That it hits others too."""

    @extend_schema(operation_id="vote", tags=["feedback"], request=VoteSerializer, responses=TicketSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Say that it hits you too, or take that back."""
        person, wish = reader(request), VoteSerializer.read(request)
        ticket = find_ticket(person, pk)
        if wish["on"] and ticket.reporter_id == person.pk:
            raise PermissionDenied("You reported it: that it hits you is known.")
        vote(actor=person, ticket=ticket, on=wish["on"], use_case=wish["use_case"])
        return Response(_told(person, pk))


def _told(person: Any, pk: int) -> dict[str, Any]:
    return dict(TicketSerializer(find_ticket(person, pk)).data)
