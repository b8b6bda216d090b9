"""The view that all addresses of the API are made of."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.utils.cache import patch_cache_control, patch_vary_headers
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.etags import tagged
from core.api.handlers import NOTHING
from core.api.problems import Problem
from core.api.query import Query

INSECURE = "Ask by https://: a token must not travel in the clear. Revoke this one if it did."


class ApiView(APIView):
    """Reads its parameters by `query` (writes: `write_query`), refuses all others, and tags what it answers."""

    query: ClassVar[type[Query]] = Query
    write_query: ClassVar[type[Query]] = Query  # of a write whose body is no object of members
    wanted: dict[str, Any]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        return login_not_required(super().as_view(**initkwargs))  # strangers are answered 401, not led to sign in

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            raise Problem(HTTPStatus.FORBIDDEN, INSECURE)
        if (request.method or "").upper() not in self.allowed_methods:
            raise MethodNotAllowed(str(request.method))
        super().initial(request, *args, **kwargs)
        if any("\0" in value for value in kwargs.values() if isinstance(value, str)):
            raise Http404(NOTHING)
        reads = request.method in ("GET", "HEAD")
        self.wanted = (self.query if reads else self.write_query).read(request.query_params)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        if request.method in ("GET", "HEAD") and isinstance(final, Response) and final.status_code == HTTPStatus.OK:
            final = super().finalize_response(request, tagged(request, final), *args, **kwargs)
        patch_cache_control(final, private=True, no_cache=True)
        patch_vary_headers(final, ["Authorization", "Cookie", "Accept"])
        return final


class NothingView(ApiView):
    """Every address below /api/ that is none."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        path = request.path
        hint = f" Addresses have no slash at the end: {path.rstrip('/')}." if path.endswith("/") else ""
        raise Http404(NOTHING + hint)
