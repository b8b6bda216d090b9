"""A person's API tokens: make one, see what there is, end one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from core.toasts import notify
from permissions.forms.tokens import TokenForm
from permissions.models import Token, User
from permissions.tokens.services import create_token, revoke_token

if TYPE_CHECKING:
    from core.requests import Request
    from permissions.tokens.services import NewToken

SHOWN = 100  # tokens, the newest first


@never_cache
@sensitive_variables("made")
@require_http_methods(["GET", "POST"])
def tokens(request: Request) -> HttpResponse:
    """The tokens, and a new one: its secret is on the answer to the form and nowhere else."""
    person = _person(request)
    form = TokenForm(request.POST or None)
    made = _make(person, form) if request.method == "POST" and form.is_valid() else None
    context = {
        "form": TokenForm() if made else form,
        "made": made,
        "tokens": Token.objects.filter(owner=person)[:SHOWN],
    }
    status = 201 if made else 422 if form.errors else 200
    return render(request, "permissions/tokens.html", context, status=status)


@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    token = get_object_or_404(Token, pk=pk, owner=_person(request))
    revoke_token(actor=_person(request), token=token)
    notify(request, f"Revoked: {token.name}. Whatever still uses it is refused.")
    return redirect("permissions:tokens")


def _person(request: Request) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied("Sign in to see your tokens.")
    return request.user


def _make(person: User, form: TokenForm) -> NewToken | None:
    try:
        return create_token(actor=person, **form.cleaned_data)
    except ValidationError as error:
        form.refuse(error.message_dict if hasattr(error, "error_dict") else {"": error.messages})
        return None
