"""Search and suggestions: the same search as the page's."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.datasets import DatasetSerializer
from catalog.api.examples import RESULTS
from catalog.api.parts import IdentitySerializer, told_of
from catalog.facets import known_facets
from catalog.models import Dataset
from catalog.search.query import DEEPEST, MOST_HITS, search
from catalog.search.results import Filters, Hit, Match, Results
from catalog.search.suggest import MOST, suggest
from catalog.suggestions import PEOPLE, recent_searches
from core.api.lists import bad_cursor, link
from core.api.query import LONGEST_CURSOR, Query, flag, many, many_of, text
from core.api.views import ApiView
from core.paging import BadCursor
from permissions.access import denials_of
from permissions.api import PersonSerializer, reader
from permissions.levels import Level
from permissions.models import Token, User
from permissions.people import people_called

LONGEST_QUESTION = 2_000
STATES = [(state, state) for state in ("ready", "updating", "building")]
FILTERS = ("source", "domain", "kind", "tag", "owner")


class PartSerializer(serializers.Serializer[Any]):
    """A piece of a text."""

    text = serializers.CharField()
    hit = serializers.BooleanField(help_text="It is what was looked for.")


class MatchSerializer(serializers.Serializer[Match]):
    """A text in which something was found."""

    where = serializers.CharField(help_text="name, title, place, description, tag, domain, people or column.")
    label = serializers.CharField(help_text="The path of the column.")  # type: ignore[assignment]
    parts = PartSerializer(many=True)

    def to_representation(self, instance: Match) -> dict[str, Any]:
        parts = [{"text": str(part.text), "hit": part.hit} for part in instance.parts]
        return {"where": instance.where, "label": instance.label, "parts": parts}


class HitSerializer(serializers.Serializer[Hit]):
    """A dataset that was found, and why."""

    dataset = DatasetSerializer()
    score = serializers.SerializerMethodField(
        help_text="For comparing hits of one question. Null for those to whom a rule closes something."
    )
    matches = MatchSerializer(many=True, help_text="Why it was found, of what you may read.")

    @extend_schema_field(serializers.FloatField(allow_null=True))
    def get_score(self, hit: Hit) -> float | None:
        return hit.score if self.context["scored"] else None


class FacetSerializer(serializers.Serializer[Any]):
    """How many results have a value."""

    value = serializers.CharField(help_text="What narrows the search to them.")
    label = serializers.CharField(help_text="What people call it.")  # type: ignore[assignment]
    count = serializers.IntegerField()


class ResultsSerializer(serializers.Serializer[Any]):
    """A page of results, best first."""

    items = HitSerializer(many=True)
    total = serializers.IntegerField(allow_null=True, help_text="Null while `state` is not ready.")
    facets = serializers.DictField(child=FacetSerializer(many=True), help_text="By the name of the filter.")
    state = serializers.ChoiceField(choices=STATES, help_text="Of the index: in step, catching up, or not yet there.")
    shortened = serializers.BooleanField(help_text="More was asked than is looked for.")
    relaxed = serializers.BooleanField(help_text="Nothing holds the phrases; their words were looked for.")
    partial = serializers.BooleanField(  # type: ignore[assignment]
        help_text="It took long: `facets` and `matches`, or all `items`, are left out."
    )
    next = serializers.URLField(
        allow_null=True, help_text=f"Null on the last page, and after the first {DEEPEST:,}: narrow the question then."
    )


class SearchQuery(Query):
    q = text(
        "What is looked for. Empty finds everything, most used first.", max_length=LONGEST_QUESTION, allow_blank=True
    )
    source = many("Short name of a source.")  # type: ignore[assignment]
    domain = many("Short name of a domain.")
    kind = many_of(Dataset.Kind.choices, "What it is.")
    tag = many("Short name of a tag, among datasets that you may read.")
    owner = many("Username of the owner.")
    certified = flag("Certified or not.")
    facets = flag("Whether to count values of filters.", default=True)
    limit = serializers.IntegerField(required=False, default=20, min_value=1, max_value=MOST_HITS)
    cursor = text("Where the page begins: follow `next`.", max_length=LONGEST_CURSOR)


class SearchView(ApiView):
    """Searching the catalog."""

    query = SearchQuery

    @extend_schema(operation_id="search", tags=["search"], responses=ResultsSerializer, examples=[RESULTS])
    def get(self, request: Request) -> Response:
        """Datasets that best answer a question, with facets, and why each was found."""
        person, wanted = reader(request), self.wanted
        try:
            found = search(
                person, wanted.get("q", ""), limit=wanted["limit"], after=wanted.get("cursor"),
                filters=_filters(wanted), facets=wanted["facets"],
            )  # fmt: skip
        except BadCursor as error:
            raise bad_cursor() from error
        answer = Response(_told(person, found) | {"next": link(request, found.next_after)})
        answer["Server-Timing"] = f"search;dur={found.took_ms}"
        return answer


def _filters(wanted: dict[str, Any]) -> Filters:
    return Filters(**{name: tuple(wanted.get(name, ())) for name in FILTERS}, certified=wanted.get("certified"))


def _told(person: User, found: Results) -> dict[str, Any]:
    context = told_of(person, [hit.dataset for hit in found.hits]) | {"scored": _may_see_scores(person)}
    facets = {
        name: [{"value": one.value, "label": one.label, "count": one.count} for one in counts]
        for name, counts in known_facets(person, found).items()
    }
    return {
        "items": HitSerializer(list(found.hits), many=True, context=context).data,  # type: ignore[arg-type]
        "total": found.total,
        "facets": facets,
        "state": found.state,
        "shortened": found.shortened,
        "relaxed": found.relaxed,
        "partial": found.partial,
    }


def _may_see_scores(person: User) -> bool:
    """A score tells how many texts hold a word, and those that are closed to the person count among them."""
    return not denials_of(person).at(Level.READ)


class FieldSuggestionSerializer(serializers.Serializer[Any]):
    """A column, and the dataset it is in."""

    path = serializers.CharField()
    dataset_id = serializers.IntegerField()
    dataset_key = serializers.CharField(source="dataset.key")


class SuggestionsSerializer(serializers.Serializer[Any]):
    """What a beginning may become."""

    datasets = IdentitySerializer(many=True)
    fields_named = FieldSuggestionSerializer(many=True)
    people = PersonSerializer(many=True, help_text="Whose name, username or job title holds the words.")
    recent_searches = serializers.ListField(
        child=serializers.CharField(),
        help_text="What you searched for last, of what holds the words. Empty for a limited token.",
    )


class SuggestQuery(Query):
    q = text("The first letters.", default="", max_length=LONGEST_QUESTION, allow_blank=True)
    limit = serializers.IntegerField(required=False, default=8, min_value=1, max_value=MOST)


class SuggestView(ApiView):
    """Suggestions as one types."""

    query = SuggestQuery

    @extend_schema(operation_id="suggest", tags=["search"], responses=SuggestionsSerializer)
    def get(self, request: Request) -> Response:
        """Datasets and columns whose names hold the words, the last of them as a beginning; people; your own searches.

        Without `q`, your own searches alone.
        """
        person, text = reader(request), self.wanted["q"]
        found = suggest(person, text, limit=self.wanted["limit"])
        told = {
            "datasets": found.datasets,
            "fields_named": found.fields,
            "people": people_called(text)[:PEOPLE],
            "recent_searches": [] if _limited(request) else [one.text for one in recent_searches(person, text)],
        }
        return Response(SuggestionsSerializer(told, context=told_of(person, found.datasets)).data)


def _limited(request: Request) -> bool:
    """Whether a token is sent that reads less than its owner: what they searched for may name the rest."""
    return isinstance(request.auth, Token) and bool(request.auth.limits)
