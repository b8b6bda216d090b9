"""Every error below /api/ becomes a problem: those of views, and those that Django meets before or after them."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Any

from django.core import exceptions as django
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.defaults import server_error as plain_server_error
from psycopg2.errors import QueryCanceled
from rest_framework import exceptions
from rest_framework.response import Response

from core import views
from core.api.problems import CONTENT_TYPE, Problem, body_of, closed_members, errors_of, refused

PREFIX = "/api/"
NOTHING = "There is nothing at this address. The addresses are described at /api/v1/docs."
TOO_MANY = "The address has too many parameters. Ask in several requests."
TOO_BIG = "The body is too large. Send less at once."
TOO_SLOW = "The database did not answer in time. Ask for less: a smaller limit, or more filters."


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an error of a view; None leaves what nobody foresaw to Django, which logs it and calls `server_error`."""
    found = _known(error)
    if found is None:
        return None
    status, detail, more = found
    body = body_of(status, detail, context["request"].path, **more)
    return Response(body, status=status, headers=_headers(error), content_type=CONTENT_TYPE)


def _known(error: Exception) -> tuple[int, str, dict[str, Any]] | None:
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    if isinstance(error, django.ValidationError):
        return _of_framework(refused(error))
    if isinstance(error, OperationalError) and isinstance(error.__cause__, QueryCanceled):
        return HTTPStatus.SERVICE_UNAVAILABLE, TOO_SLOW, {}
    return _of_django(error)


def _of_framework(error: exceptions.APIException) -> tuple[int, str, dict[str, Any]]:
    if isinstance(error, exceptions.ValidationError):
        errors = errors_of(error)
        return error.status_code, " ".join(_told(one) for one in errors[:5]), {"errors": errors}
    return error.status_code, str(error.detail), error.more if isinstance(error, Problem) else {}


def _told(error: dict[str, str]) -> str:
    place = error["parameter"] if "parameter" in error else error["pointer"].removeprefix("#/").removeprefix("#")
    return f"{place}: {error['detail']}" if place else error["detail"]


def _of_django(error: Exception) -> tuple[int, str, dict[str, Any]] | None:
    if isinstance(error, Http404):
        return HTTPStatus.NOT_FOUND, str(error), {}
    if isinstance(error, django.PermissionDenied):
        explanation = getattr(error, "explanation", None)
        detail = str(error) or "You may not do this."
        return HTTPStatus.FORBIDDEN, detail, closed_members(explanation) if explanation else {}
    if isinstance(error, django.RequestDataTooBig):
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_BIG, {}
    if isinstance(error, django.TooManyFieldsSent):
        return HTTPStatus.BAD_REQUEST, TOO_MANY, {}
    if isinstance(error, django.BadRequest | django.SuspiciousOperation):
        return HTTPStatus.BAD_REQUEST, str(error), {}
    return None


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(math.ceil(wait))
    return headers


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _is_api(request):
        return views.bad_request(request, exception)
    status, detail, _ = _of_django(exception) or (HTTPStatus.BAD_REQUEST, str(exception), {})
    return _problem(request, status, detail)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _is_api(request):
        return views.permission_denied(request, exception)
    return _problem(request, HTTPStatus.FORBIDDEN, str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _problem(request, HTTPStatus.NOT_FOUND, NOTHING) if _is_api(request) else views.not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    if not _is_api(request):
        return plain_server_error(request)
    detail = "Something went wrong here; it has been logged. Try again, and tell whoever administers Concord."
    return _problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith(PREFIX) or request.path == PREFIX.rstrip("/")


def _problem(request: HttpRequest, status: int, detail: str) -> JsonResponse:
    return JsonResponse(body_of(status, detail, request.path), status=status, content_type=CONTENT_TYPE)
