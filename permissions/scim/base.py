"""What every address below /scim/v2/ has in common."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from pydantic import ValidationError
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from scim2_models import Error, SCIMException

from core.api.parsers import BoundedJSONParser
from permissions.audit import note
from permissions.models import Token
from permissions.models import User as Person
from permissions.scim.errors import Forbidden, NotThere
from permissions.scim.resources import PROVIDER
from permissions.tokens.authentication import TokenAuthentication

INSECURE = "Ask by https://: a token must not travel in the clear."


class ScimParser(BoundedJSONParser):
    media_type = "application/scim+json"


class ScimRenderer(JSONRenderer):
    media_type = "application/scim+json"
    charset = None


class ScimView(APIView):
    """Takes a token with the scope *scim* and nothing else, and answers every refusal as SCIM does."""

    schema = None  # SCIM describes itself, by its own schemas
    authentication_classes = [TokenAuthentication]
    permission_classes = []
    parser_classes = [ScimParser, BoundedJSONParser]
    renderer_classes = [ScimRenderer, JSONRenderer]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        return login_not_required(super().as_view(**initkwargs))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            raise Forbidden(detail=INSECURE)
        super().initial(request, *args, **kwargs)
        if not isinstance(request.auth, Token):
            raise NotAuthenticated
        if Token.Scope.SCIM not in request.auth.scopes or not request.auth.owner.is_service:
            raise Forbidden(detail="This token lacks the scope “scim”.")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with PROVIDER:
            return super().dispatch(request, *args, **kwargs)

    def get_exception_handler(self) -> Callable[..., Response]:
        return refuse


def refuse(error: Exception, context: dict[str, Any]) -> Response:
    """Return a refusal as SCIM says it (RFC 7644, 3.12). Raises what is nobody's fault but ours."""
    told, headers = _error(error)
    status = int(told.status or HTTPStatus.BAD_REQUEST)
    request = context["request"]
    if status in (HTTPStatus.FORBIDDEN, HTTPStatus.BAD_REQUEST) and isinstance(request.user, Person):
        note("scim.refused", actor=request.user, thing=request.path, note=str(told.detail))
    return Response(told.model_dump(), status=status, headers=headers)


def _error(error: Exception) -> tuple[Error, dict[str, str]]:
    if isinstance(error, SCIMException):
        return error.to_error(), {}
    if isinstance(error, ValidationError):
        return Error.from_validation_error(error.errors()[0]), {}
    if isinstance(error, Http404):
        return NotThere().to_error(), {}
    if isinstance(error, APIException):
        challenge, wait = getattr(error, "auth_header", ""), getattr(error, "wait", None)
        headers = {"WWW-Authenticate": challenge} if challenge else {}
        headers |= {"Retry-After": str(int(wait) + 1)} if wait else {}
        return Error(status=error.status_code, detail=str(error.detail)), headers
    raise error
