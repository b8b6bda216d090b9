"""A person's API tokens: make one, see what there is, end one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from core.toasts import notify
from permissions.forms.tokens import TokenForm
from permissions.models import Token, User
from permissions.tokens.services import create_token, may_make_tokens_of, revoke_token

if TYPE_CHECKING:
    from core.requests import Request
    from permissions.tokens.services import NewToken

SHOWN = 100  # tokens, the newest first


@never_cache
@sensitive_variables("made")
@require_http_methods(["GET", "POST"])
def tokens(request: Request) -> HttpResponse:
    """The tokens, and a new one: its secret is on the answer to the form and nowhere else."""
    person = signed_in(request)
    form = TokenForm(request.POST or None)
    made = make_token(person, person, form) if request.method == "POST" else None
    context = token_context(person, TokenForm() if made else form, made)
    return render(request, "permissions/tokens.html", context, status=status_of(form, made))


@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    """Ends a token of one's own, or of a service account that one may make tokens for."""
    person = signed_in(request)
    token = get_object_or_404(Token.objects.select_related("owner"), pk=pk)
    if not may_make_tokens_of(person, token.owner):
        raise Http404
    revoke_token(actor=person, token=token)
    notify(request, f"Revoked: {token.name}. Whatever still uses it is refused.")
    service = token.owner.is_service
    return redirect(
        reverse("permissions:service_account", args=[token.owner.username]) if service else "permissions:tokens"
    )


def signed_in(request: Request) -> User:
    """The person who asks. Raises `PermissionDenied`."""
    if not isinstance(request.user, User):
        raise PermissionDenied("Sign in to see your tokens.")
    return request.user


def token_context(owner: User, form: TokenForm, made: NewToken | None) -> dict[str, Any]:
    """What the list of an account's tokens and the form for another show."""
    return {"form": form, "made": made, "tokens": Token.objects.filter(owner=owner)[:SHOWN]}


def status_of(form: TokenForm, made: NewToken | None) -> int:
    return 201 if made else 422 if form.errors else 200


def make_token(person: User, owner: User, form: TokenForm) -> NewToken | None:
    """Make the token that the form asks for, or show in the form why not."""
    if not form.is_valid():
        return None
    try:
        return create_token(actor=person, owner=owner, **form.cleaned_data)
    except ValidationError as error:
        form.refuse(error.message_dict if hasattr(error, "error_dict") else {"": error.messages})
        return None
