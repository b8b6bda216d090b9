"""Where one is signed in, over REST."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.api.handlers import NOTHING
from core.api.lists import answer, page_of, read_page
from core.api.problems import Problem
from core.api.query import ListQuery
from core.api.views import ApiView
from permissions.access import is_limited
from permissions.api import reader
from permissions.models import User, UserSession
from permissions.sessions.agents import described
from permissions.sessions.services import end_other_sessions, end_session

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

LIMITED = "A token that is limited to labels tells nothing of where its person is signed in. Use one without limits."


class SessionSerializer(serializers.Serializer[Any]):
    """A browser that is signed in as you."""

    id = serializers.IntegerField()
    device = serializers.CharField(help_text="As it calls itself.")
    way = serializers.ChoiceField(choices=UserSession.Way.choices, help_text="How it proved who is there.")
    address = serializers.IPAddressField(allow_null=True)
    here = serializers.BooleanField(help_text="Whether it is the one that asks.")
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(help_text="To the minute.")
    expires_at = serializers.DateTimeField()


class EndedSerializer(serializers.Serializer[Any]):
    """How many browsers were signed out."""

    ended = serializers.IntegerField()


class SessionsView(ApiView):
    """Where you are signed in."""

    query = ListQuery

    @extend_schema(operation_id="sessions", tags=["sessions"], responses=page_of(SessionSerializer))
    def get(self, request: Request) -> Response:
        """Your browsers, the latest sign-in first."""
        page = read_page(_own(request), self.wanted, order=("-created_at", "-pk"))
        return answer(request, page, [_told(request, one) for one in page.items])


class SessionView(ApiView):
    """One browser that is signed in as you."""

    @extend_schema(operation_id="session", tags=["sessions"], responses=SessionSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Since when, and from where."""
        return Response(_told(request, _find(request, pk)))

    @extend_schema(operation_id="end_session", tags=["sessions"], request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Sign it out."""
        end_session(actor=reader(request), session=_find(request, pk))
        return Response(status=HTTPStatus.NO_CONTENT)


class EndOthersView(ApiView):
    """All others."""

    @extend_schema(operation_id="end_other_sessions", tags=["sessions"], request=None, responses=EndedSerializer)
    def post(self, request: Request) -> Response:
        """Sign you out everywhere but in the browser that asks; asked with a token, everywhere."""
        _own(request)
        return Response({"ended": end_other_sessions(actor=reader(request), keep=_key(request))})


def _own(request: Request) -> QuerySet[UserSession]:
    person: User = reader(request)
    if is_limited(person):
        raise Problem(HTTPStatus.FORBIDDEN, LIMITED)
    return UserSession.objects.filter(user=person).open()


def _find(request: Request, pk: int) -> UserSession:
    session = _own(request).filter(pk=pk).first()
    if session is None:
        raise Http404(NOTHING)
    return session


def _key(request: Request) -> str:
    """The key of the session that asks; none of a token."""
    return "" if request.auth else str(request.session.session_key)


def _told(request: Request, session: UserSession) -> dict[str, Any]:
    more = {"device": described(session.agent), "here": session.key == _key(request)}
    plain = ("id", "way", "address", "created_at", "last_used_at", "expires_at")
    return dict(SessionSerializer({name: getattr(session, name) for name in plain} | more).data)
