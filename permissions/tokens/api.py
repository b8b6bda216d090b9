"""Tokens over REST: one's own, and those of the service accounts that one keeps. The secret is told once."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import Http404
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.api.bodies import PLAIN, Body
from core.api.handlers import NOTHING
from core.api.lists import answer, page_of, read_page
from core.api.problems import Problem
from core.api.query import ListQuery, many_of
from core.api.views import ApiView
from permissions.access import is_limited
from permissions.api import reader
from permissions.forms.tokens import LONGEST_NAME
from permissions.models import Token, User
from permissions.models.tokens import MOST_LABELS, TokenQuerySet
from permissions.tokens.services import MOST_DAYS, USUAL_DAYS, create_token, may_make_tokens_of, revoke_token

if TYPE_CHECKING:
    from rest_framework.request import Request

STATES = [("active", "active"), ("expired", "expired"), ("revoked", "revoked")]
NO_CHAIN = "Tokens are never made by a token: sign in, and make it in the browser's session or on its page."
LONGEST_LABEL = 500
ORDER = ("-created_at", "-pk")
EXAMPLE = {"name": "nightly report", "scopes": ["read"], "days": 30, "kept_from": ["class:pii"]}


class KnownTokenSerializer(serializers.ModelSerializer[Token]):
    """A token, without its secret, which nobody keeps."""

    hint = serializers.CharField(help_text="How the secret begins.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Token.Scope.choices))
    state = serializers.ChoiceField(choices=STATES)

    class Meta:
        model = Token
        fields = (
            "id", "name", "hint", "scopes", "only_labels", "kept_from", "state", "created_at", "expires_at",
            "last_used_at", "revoked_at",
        )  # fmt: skip


class MadeTokenSerializer(KnownTokenSerializer):
    """A new token with its secret: keep it now, for it is not told again."""

    secret = serializers.CharField()

    class Meta(KnownTokenSerializer.Meta):
        fields = (*KnownTokenSerializer.Meta.fields, "secret")  # type: ignore[assignment]


def _labels(help_text: str) -> serializers.ListField:
    child = serializers.RegexField(PLAIN, max_length=LONGEST_LABEL)
    return serializers.ListField(child=child, max_length=MOST_LABELS, default=list, help_text=help_text)


class NewTokenSerializer(Body):
    """What a token is for, what it may do, and how long."""

    name = serializers.RegexField(PLAIN, max_length=LONGEST_NAME, help_text="What uses it.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Token.Scope.choices), min_length=1, max_length=len(Token.Scope),
        help_text="What it may do; never more than its account.",
    )  # fmt: skip
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, default=USUAL_DAYS)
    only_labels = _labels("It reads nothing but what carries one of these.")
    kept_from = _labels("It reads nothing that carries one of these.")


class TokensQuery(ListQuery):
    state = many_of(STATES, "Only tokens in one of these states.")


class TokensView(ApiView):
    """One's own tokens."""

    query = TokensQuery

    @extend_schema(operation_id="tokens", tags=["tokens"], responses=page_of(KnownTokenSerializer))
    def get(self, request: Request) -> Response:
        """The tokens that speak for you, the newest first; a token limited to labels is told of itself alone."""
        return _listed(self, request, reader(request))

    @extend_schema(
        operation_id="create_token", tags=["tokens"], request=NewTokenSerializer, responses={201: MadeTokenSerializer},
        examples=[OpenApiExample("A script", EXAMPLE, request_only=True)],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Make one, as somebody who signed in: no token makes another."""
        return _made(request, reader(request))


class TokenView(ApiView):
    """One of your tokens, or of a service account that you keep."""

    @extend_schema(operation_id="token", tags=["tokens"], responses=KnownTokenSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What it may do, until when, and when it was last used."""
        return Response(KnownTokenSerializer(_find(request, pk)).data)

    @extend_schema(operation_id="revoke_token", tags=["tokens"], request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """End it now; it stays in the list as revoked."""
        revoke_token(actor=reader(request), token=_find(request, pk))
        return Response(status=HTTPStatus.NO_CONTENT)


class ServiceTokensView(ApiView):
    """The tokens of a service account."""

    query = TokensQuery

    @extend_schema(operation_id="service_tokens", tags=["service accounts"], responses=page_of(KnownTokenSerializer))
    def get(self, request: Request, username: str) -> Response:
        """Its tokens, for administrators and who answers for it."""
        return _listed(self, request, _account(request, username))

    @extend_schema(
        operation_id="create_service_token", tags=["service accounts"], request=NewTokenSerializer,
        responses={201: MadeTokenSerializer, 403: OpenApiResponse()},
        examples=[OpenApiExample("A scheduler", EXAMPLE, request_only=True)],
    )  # fmt: skip
    def post(self, request: Request, username: str) -> Response:
        """Make one, as somebody who signed in: no token makes another."""
        return _made(request, _account(request, username))


def _listed(view: ApiView, request: Request, owner: User) -> Response:
    found = _within(request, Token.objects.filter(owner=owner))
    if states := view.wanted.get("state"):
        found = found.in_states(states)
    page = read_page(found, view.wanted, order=ORDER)
    return answer(request, page, KnownTokenSerializer(page.items, many=True).data)


@sensitive_variables("made", "told")
def _made(request: Request, owner: User) -> Response:
    if isinstance(request.auth, Token):
        raise Problem(HTTPStatus.FORBIDDEN, NO_CHAIN)
    wish = NewTokenSerializer.read(request)
    made = create_token(actor=reader(request), owner=owner, **wish)
    told = KnownTokenSerializer(made.token).data | {"secret": made.secret}
    return Response(told, status=HTTPStatus.CREATED, headers={"Cache-Control": "no-store"})


def _within(request: Request, tokens: TokenQuerySet) -> TokenQuerySet:
    """What a token is told of tokens: one that is limited to labels does not learn what others are limited to."""
    return tokens.filter(pk=request.auth.pk) if is_limited(request.user) else tokens


def _find(request: Request, pk: int) -> Token:
    token = _within(request, Token.objects.select_related("owner").filter(pk=pk)).first()
    if token is None or not may_make_tokens_of(reader(request), token.owner):
        raise Http404(NOTHING)
    return token


def _account(request: Request, username: str) -> User:
    account = User.objects.filter(is_service=True, username__iexact=username).first()
    if account is None or not may_make_tokens_of(reader(request), account):
        raise Http404(NOTHING)
    return account
