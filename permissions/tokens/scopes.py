"""What a token may be used for."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission

from core.api.problems import Problem
from permissions.audit import note
from permissions.models import Token

if TYPE_CHECKING:  # the framework reads this module while it is imported
    from rest_framework.request import Request
    from rest_framework.views import APIView


class HasScope(BasePermission):
    """Whether the token has the scope of the view: *read* to read, the view's `write_scope` for the rest.

    People who signed in need no scope.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.auth, Token):
            return True
        needed = Token.Scope.READ if request.method in SAFE_METHODS else getattr(view, "write_scope", Token.Scope.WRITE)
        if needed not in request.auth.scopes:
            detail = f"This token lacks the scope “{needed}”. Make one that has it on your page of API tokens."
            note("token.refused", actor=request.auth.owner, thing=request.auth, note=detail)
            raise Problem(HTTPStatus.FORBIDDEN, detail, scope=str(needed))
        return True
